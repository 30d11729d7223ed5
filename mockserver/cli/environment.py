"""Variables named ``MOCKSERVER_..`` that are not options: who has set them, and what is meant.

Kubernetes and Docker's links describe a service by variables that begin with its name. A service
that is called ``mockserver`` makes some that look like options of this program.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

PREFIX = "MOCKSERVER_"
#: ``kubernetes.io/docs/concepts/services-networking/service``, "Environment variables".
_OF_A_SERVICE = re.compile(
    r"MOCKSERVER_(\w+_)?(SERVICE_(HOST|PORT)(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?"
    r"|NAME|ENV_\w+)"
)
_ADDRESS = re.compile(r"(tcp|udp|sctp)://\S+", re.IGNORECASE)


class Strangers(NamedTuple):
    """Variables that are not options: *injected* for a service, *misspelled*, or *unknown*.

    *misspelled* has the name of the option that each was probably meant to be.
    """

    injected: tuple[str, ...]
    misspelled: Mapping[str, str]
    unknown: tuple[str, ...]

    @property
    def refusal(self) -> str | None:
        """Why no server starts: what was meant to be an option would be without effect."""
        lines = [
            f"{name}: no option has that name; did you mean {meant}?"
            for name, meant in self.misspelled.items()
        ]
        return "\n".join(lines) or None

    def notices(self) -> Iterator[str]:
        """Yield a line for each kind that is ignored."""
        if self.injected:
            yield (
                f"{', '.join(self.injected)}: set for a service by Kubernetes or Docker, "
                "and no option; ignored"
            )
        if self.unknown:
            yield f"{', '.join(self.unknown)}: no option has that name; ignored"


def is_injected(name: str, value: str) -> bool:
    """Return whether Kubernetes or Docker has set the variable for a service."""
    port = name.endswith("_PORT") and _ADDRESS.fullmatch(value) is not None
    return port or _OF_A_SERVICE.fullmatch(name) is not None


def classify(
    environ: Mapping[str, str], options: Collection[str], switches: Collection[str]
) -> Strangers:
    """Return the variables of *environ* that are not options.

    Args:
        environ: all variables.
        options: the variables that are options.
        switches: those of *options* that are switched on or off.
    """
    injected, unknown = [], []
    misspelled = {}
    for name, value in sorted(environ.items()):
        if not name.upper().startswith(PREFIX):
            continue
        if is_injected(name, value):
            injected.append(name)
        elif name not in options:
            meant = _meant(name, options, switches)
            if meant is None:
                unknown.append(name)
            else:
                misspelled[name] = meant
    return Strangers(tuple(injected), misspelled, tuple(unknown))


def _meant(name: str, options: Collection[str], switches: Collection[str]) -> str | None:
    bare = name.upper().removeprefix(PREFIX)
    opposite = PREFIX + bare.removeprefix("NO_")
    if bare.startswith("NO_") and opposite in switches:
        return f"{opposite}=off"
    # Imported once somebody has misspelled an option: it slows down each start.
    import difflib

    by_letters = {option.replace("_", ""): option for option in options}
    near = difflib.get_close_matches(
        PREFIX.replace("_", "") + bare.replace("_", "").replace("-", ""),
        list(by_letters),
        n=1,
        cutoff=0.9,
    )
    return by_letters[near[0]] if near else None
