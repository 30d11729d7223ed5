"""Faults in who may call."""

from __future__ import annotations

from contracts.contract.model import Operation
from contracts.selftest.messages import Response
from contracts.selftest.miniature import Miniature


class _Open(Miniature):
    """Needs no key for one operation."""

    operation = ""

    def knows_key(self, key: str, operation: Operation) -> bool:
        return operation.id == self.operation or super().knows_key(key, operation)

    def opens(self, key: str, project: str, operation: Operation) -> bool:
        free = operation.id == self.operation and not super().knows_key(key, operation)
        return free or super().opens(key, project, operation)


class ListsForAnybody(_Open):
    """The list needs no key."""

    operation = "listJobs"


class ReadsForAnybody(_Open):
    """A job can be read without a key."""

    operation = "getJob"


class CancelsForAnybody(_Open):
    """A job can be cancelled without a key."""

    operation = "cancelJob"


class MakesJobsForAnybody(_Open):
    """A user can be deleted without a key."""

    operation = "deleteUser"


class _Keys(Miniature):
    """Finds the key in what was sent in another way."""

    def match(self, sent: str, key: str) -> bool:
        """Tell whether *sent* passes for *key*."""
        return sent == key

    def read_key(self, authorization: str) -> str:
        sent = super().read_key(authorization)
        return next((key for key in self.organizations if self.match(sent, key)), "")


class AnyKeyWillDo(_Keys):
    """Any key that is not empty passes for the first organization's."""

    def match(self, sent: str, key: str) -> bool:
        return sent == key or (bool(sent) and sent not in self.organizations)


class APartOfTheKeyWillDo(_Keys):
    """A key passes for one that it is a part of."""

    def match(self, sent: str, key: str) -> bool:
        return len(sent) > 8 and sent in key


class TheBeginningOfTheKeyWillDo(_Keys):
    """A key passes for one that it begins with."""

    def match(self, sent: str, key: str) -> bool:
        return sent.startswith(key)


class CaseOfTheKeyDoesNotMatter(_Keys):
    """A key passes in any case."""

    def match(self, sent: str, key: str) -> bool:
        return sent.lower() == key.lower()


class AnEmptyKeyWillDo(_Keys):
    """An empty key passes for the first organization's, if a scheme is named."""

    def read_key(self, authorization: str) -> str:
        if authorization.strip() == "Bearer":
            return next(iter(self.organizations))
        return super().read_key(authorization)


class AnySchemeWillDo(Miniature):
    """The key passes under any scheme."""

    def read_key(self, authorization: str) -> str:
        return authorization.rpartition(" ")[2] if " " in authorization else ""


class TheBareKeyWillDo(Miniature):
    """The key passes without a scheme."""

    def read_key(self, authorization: str) -> str:
        return authorization if " " not in authorization else super().read_key(authorization)


class ABearerWithinAnotherSchemeWillDo(Miniature):
    """The key passes where Bearer stands after another scheme, as on the real deployment."""

    def read_key(self, authorization: str) -> str:
        return super().read_key(authorization.removeprefix("Digest "))


class MissingKeysAreForbidden(Miniature):
    """A call without a key is answered 403."""

    def refuse_key(self) -> Response:
        return self.make_error(403, "forbidden")

    def refuse_project(self) -> Response:
        return super().refuse_key()


class MissingKeysAreBadRequests(Miniature):
    """A call without a key is answered 400, one with a wrong key 401."""

    def read_key(self, authorization: str) -> str:
        self.missing = not authorization
        return super().read_key(authorization)

    missing = False

    def refuse_key(self) -> Response:
        return self.make_error(400, "no key") if self.missing else super().refuse_key()


class WrongKeysAreNotFound(Miniature):
    """A wrong key is answered 404."""

    def read_key(self, authorization: str) -> str:
        self.wrong = super().read_key(authorization).startswith("no-key")
        return super().read_key(authorization)

    wrong = False

    def refuse_key(self) -> Response:
        return self.make_error(404, "no such organization") if self.wrong else super().refuse_key()
