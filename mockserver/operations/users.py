"""The operation on users, which makes jobs."""

from mockserver.http.messages import Response
from mockserver.operations import envelope, refusals
from mockserver.operations.call import Call
from mockserver.store.interface import DeletionPendingError


async def delete_user(call: Call) -> Response:
    """Make the job that deletes one user's data, and respond with it."""
    conflict = call.operation.conflict
    if conflict is None:
        raise LookupError("the contract does not say when deleteUser conflicts")
    user_id = call.read_text(conflict.parameter)
    try:
        return envelope.wrap_job(await call.store.make(call.project, user_id, call.now))
    except DeletionPendingError:
        raise refusals.deletion_pending(conflict.status) from None
