"""The formats of texts that are held to, by name; all others are taken as notes for people."""

import re
from uuid import UUID

#: Also with an offset without a colon, as strftime writes it.
_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)", re.ASCII
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*")


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


FORMATS = {
    "date-time": lambda v: not isinstance(v, str) or _DATE_TIME.fullmatch(v) is not None,
    "date": lambda v: not isinstance(v, str) or _DATE.fullmatch(v) is not None,
    "uuid": lambda v: not isinstance(v, str) or _is_uuid(v),
    "email": lambda v: not isinstance(v, str) or _EMAIL.fullmatch(v) is not None,
    "uri": lambda v: not isinstance(v, str) or _URI.fullmatch(v) is not None,
}
