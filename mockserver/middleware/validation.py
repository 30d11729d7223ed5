"""``--validate``: each exchange is held against the contract, and complaints are handed on."""

from collections.abc import Callable

from mockserver.http.messages import Answer, Exchange, Handle, Stage
from mockserver.validation.validator import Complaint, Validator


def stage(validator: Validator, complain: Callable[[Complaint], object]) -> Stage:
    """Return the stage; *complain* is told of each breach of the contract."""

    def around(handle: Handle) -> Handle:
        async def validated(exchange: Exchange) -> Answer:
            answer = await handle(exchange)
            for complaint in validator.complaints(exchange, answer):
                complain(complaint)
            return answer

        return validated

    return around
