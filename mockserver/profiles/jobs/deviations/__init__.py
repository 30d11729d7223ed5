"""What deployments of the jobs API do that follows from no rule of its contract.

Here belongs each deviation that is the jobs API's own, the names that it has for those that follow
from its contract (`aliases`), and the list of all of them (`own`).
"""
