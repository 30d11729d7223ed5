"""Redaction: API keys are removed from every text that people and other programs may read."""

from collections.abc import Iterable
from urllib.parse import unquote

from mockserver.parsing.keys import KEY_PREFIX, MADE_KEY

REDACTED = "[API key]"


def redact(text: str, api_keys: Iterable[str]) -> str:
    """Return *text* without these *api_keys*, and without keys that a mock has made.

    A text that contains a percent-encoded key is decoded, so that the key can be removed.
    """
    plain = unquote(text) if "%" in text else text
    for api_key in api_keys:
        if api_key in plain:
            text = plain = plain.replace(api_key, REDACTED)
    if KEY_PREFIX in plain:
        without = MADE_KEY.sub(REDACTED, plain)
        return text if without == plain else without
    return text
