"""The words in which fixtures may be written: those of any API, and what an API may add to them."""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from mockserver.records.fixture_checks import Consistency
from mockserver.records.fixture_files import Complaints
from mockserver.records.fixture_forms import Form, ParsedFile, load_schema
from mockserver.records.fixture_rows import RecordRows, Rows, World
from mockserver.records.fixture_schema import FixtureFile, RecordRow
from mockserver.records.kind import Kind
from mockserver.records.progress import Pace
from mockserver.resources import files


class Translation(Struct, frozen=True):
    """What a file states in the words of any API.

    *written* gives the pointers of what was written in other words. *own* are rows in the words of
    the API, by the pointer to their list.
    """

    content: FixtureFile
    written: Mapping[str, str] = {}
    own: Mapping[str, Sequence[Any]] = {}


class Words:
    """The words of any API. One that has further ones derives a class from this.

    Attributes:
        resource: the resource whose records the lines of all ``.jsonl`` files are, and the rows in
            words of this API; None: the one that a file is called after.
        is_dated: whether a file has to state the moment at which the world begins.
        default_pace: how many milliseconds a state lasts of which nothing is said, if no file says
            so either; None: forever.
        path_words: short names of path parameters, by which faults and the journal know them too.
    """

    resource: str | None = None
    path_words: Mapping[str, str] = MappingProxyType({})
    is_dated: bool = False
    default_pace: int | None = Pace().default

    @property
    def form(self) -> Form:
        """The form of the files."""
        return Form(FixtureFile, RecordRow, load_published("records"))

    def check(self, files: Sequence[ParsedFile], kinds: Sequence[Kind], told: Complaints) -> None:
        """Note what is wrong with *files* by the rules of this API alone."""

    def translate(self, file: ParsedFile, kinds: Sequence[Kind]) -> Translation:  # noqa: ARG002 -- other words need them
        """Return what *file* states in the words of any API."""
        return Translation(file.content)

    def rows(self, kind: Kind, world: World, consistency: Consistency) -> Rows:
        """Return what makes records of the lines of files, and of rows in words of this API."""
        return RecordRows(kind, world, consistency)


@cache
def load_published(name: str) -> Mapping[str, Any]:
    """Return the published JSON Schema of that name."""
    return load_schema(files.schema(name).read_text())
