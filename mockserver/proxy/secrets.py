"""What tells a credential from other text: where it stands, what it is called, how it looks."""

import re

#: Header fields whose values let somebody in.
_FIELD = re.compile(
    r"authorization|cookie|(?:^|-)(?:token|secret|password|signature|credentials?|jwt)$"
    r"|(?:api|access|auth|private|subscription)-?key$|auth-?token|security-token",
    re.IGNORECASE,
)
#: Members of bodies, and parameters of queries and forms.
_MEMBER = re.compile(
    r"secret|passw(?:or)?d|passphrase|(?:api|access|auth|private|signing|encryption)[_-]?key$"
    r"|token$|credentials?$|^authorization$|^cookies?$|^(?:sig|signature|jwt)$",
    re.IGNORECASE,
)
#: Tokens that lead to a page, and let nobody in.
_OF_A_PAGE = re.compile(
    r"page|next|prev|continu|cursor|sync|scroll|start|resume|marker", re.IGNORECASE
)
#: What looks like a credential wherever it stands.
FORMS = re.compile(
    r"\bsk-[A-Za-z0-9_-]{16,}"
    r"|\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{8,}"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}"
    r"|\bxox[abprs]-[\w-]{10,}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|(?<=://)[^\s/@:\"'<>]+:[^\s/@\"'<>]+(?=@)"
    r"|(?<=\bBearer )[A-Za-z0-9._~+/-]{8,}=*",
    re.DOTALL,
)


def is_secret_field(name: str) -> bool:
    """Return whether the header field of that *name* holds a credential."""
    return _FIELD.search(name) is not None and not name.lower().startswith("access-control-")


def is_secret_member(name: str) -> bool:
    """Return whether a member of a body, or a parameter, of that *name* holds a credential."""
    return _MEMBER.search(name) is not None and _OF_A_PAGE.search(name) is None
