"""Which function carries out each operation of the contract."""

from collections.abc import Awaitable, Callable, Mapping

from mockserver.http.messages import Response
from mockserver.operations import jobs, users
from mockserver.operations.call import Call

Operate = Callable[[Call], Awaitable[Response]]

#: operationId to what is done. A server starts only if these are the contract's operations.
TABLE: Mapping[str, Operate] = {
    "listJobs": jobs.list_jobs,
    "getJob": jobs.get_job,
    "cancelJob": jobs.cancel_job,
    "deleteUser": users.delete_user,
}
