"""PAGE: what the parameters of a page mean.

`limit` and `number` judge each side of each bound of the two, `extreme` numbers of more than 32
bits. No law here needs more than one page, and another that it is compared with.
"""
