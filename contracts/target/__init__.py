"""The deployment to judge: where it is, as whom it is called, and how far a run may go.

Here are what a user says of a deployment (`Target`), checked as soon as it is said, and the values
that are made of its keys. Nothing here sends a request or reads the contract; drivers of users
import this package, so its names stay.
"""

from contracts.target.deployment import (
    ANY_API,
    DEFAULT_ANSWER,
    KEY_VARIABLE,
    OTHER_KEY_VARIABLE,
    Effects,
    Extent,
    Need,
    Target,
    TargetError,
)
from contracts.target.urls import get_host, get_origin

__all__ = [
    "ANY_API",
    "DEFAULT_ANSWER",
    "KEY_VARIABLE",
    "OTHER_KEY_VARIABLE",
    "Effects",
    "Extent",
    "Need",
    "Target",
    "TargetError",
    "get_host",
    "get_origin",
]
