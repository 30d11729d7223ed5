"""The plain values that fixtures and the control API share, each with its bounds."""

from typing import Annotated

from msgspec import Meta

from mockserver.parsing.integer import INT64_MAX
from mockserver.parsing.timestamp import DURATION_PATTERN, TIMESTAMP_PATTERN

Milliseconds = Annotated[int, Meta(ge=0, le=253402300799999)]
Timestamp = (
    Milliseconds
    | Annotated[
        str,
        Meta(
            pattern=TIMESTAMP_PATTERN,
            description="Epoch milliseconds, or ISO 8601 with a zone: 2021-06-17T07:00:00Z.",
        ),
    ]
)
Duration = Annotated[
    str, Meta(pattern=DURATION_PATTERN, description="A length of time: 500ms, 30s, 1h30m, 2d.")
]
Name = Annotated[str, Meta(min_length=1, max_length=256)]
Id = Annotated[int, Meta(ge=1, le=INT64_MAX)]
#: RFC 6750, section 2.1: what can follow ``Bearer``.
ApiKey = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._~+/-]{8,256}=*$(?!\n)")]
