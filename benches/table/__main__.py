"""One table of this mock and its peers: CPU per request, throughput, deep pages, start, memory.

Usage: ``python -m benches.table [--quick]``. Installs the peers with npm at the first run; WireMock
and Specmatic need ``java`` 17 or newer, and the mock's third store Debian's ``postgresql``. With
``--quick`` there are no peers, few jobs, and one short round: whether it works, not how fast.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benches import ours
from benches.ours import Store
from benches.peers import install, java, json_server, mockoon, prism
from benches.subject import Subject
from benches.table import machine, phases, report, starts
from benches.table.phases import FULL, QUICK, Extent
from tests import postgres
from tests.programs import UnavailableError

#: The server's default; the tests use far less memory.
BUFFERS = {"shared_buffers": "128MB"}


def tell(what: str) -> None:
    """Report the progress."""
    print(what, file=sys.stderr, flush=True)


def stores(stack: ExitStack) -> tuple[list[Store], str]:
    """Return the stores that this machine can run, and the version of PostgreSQL."""
    found = [ours.memory(), ours.sqlite()]
    try:
        server = stack.enter_context(postgres.running(BUFFERS))
    except UnavailableError as error:
        tell(f"without PostgreSQL: {error}")
        return found, ""
    version = server.psql("-c", "SHOW server_version").split()[0]
    return [*found, ours.postgres(server)], version


def peers(last: int) -> Iterator[Subject]:
    """Yield the peers; without java, those that do not need it."""
    install.install()
    yield from (prism.prism(), mockoon.mockoon(last))
    yield from (json_server.release(last), json_server.beta(last))
    if shutil.which("java"):
        yield from (java.wiremock(), java.specmatic())
    else:
        tell("java is missing: without WireMock and Specmatic")


def main(extent: Extent, *, quick: bool) -> None:
    """Install, measure and print; *quick* leaves out the peers, and the options of PostgreSQL."""
    before = machine.load_average()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kept, version = stores(stack)
        own = [ours.mock(store, extent.last) for store in kept]
        others = [] if quick else list(peers(extent.last))
        first = [ours.raw(report.SMALL_OCTETS), *own]
        found = report.Found(
            starts=starts.starts([*first, *others], folder, extent.starts, tell),
            operations=phases.operations([*own, *others], folder, extent, tell),
            options=phases.options(kept[:2] if quick else kept, folder, extent, tell),
            cursors=phases.cursors(kept, folder, extent, tell),
            large=phases.many([*own, *others], folder, extent, tell),
        )
    print(f"{machine.described(version)}; load average {before} before, ", end="")
    print(f"{machine.load_average()} at the end.", end="\n\n")
    names = [subject.name for subject in first]
    print("\n".join(report.lines(found, names, others, extent)))


if __name__ == "__main__":
    is_quick = "--quick" in sys.argv[1:]
    main(QUICK if is_quick else FULL, quick=is_quick)
