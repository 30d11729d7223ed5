"""What a run has of those before it: loaded when it begins, saved when it ends."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from contracts.contract.api import Api
from contracts.contract.document import Document
from contracts.contract.moves import Lifecycle
from contracts.contract.roles import Key
from contracts.engine.history import History
from contracts.engine.past_runs import file as history_file
from contracts.engine.past_runs.file import HistoryError, Past
from contracts.engine.past_runs.records import (
    Describer,
    Remembered,
    choose_earlier,
    select_kept,
)
from contracts.http.redaction import Redactor
from contracts.target import Target

Place = tuple[str, Key]
"""Project and key of a record."""


@dataclass
class PastRuns:
    """The history that a run was given, and what it will add to it."""

    file: Path
    document: Api
    empty: Past
    """What the file says before anything was seen; its salt is used if there is no file yet."""
    loaded: Past | None
    projects: tuple[str, ...]
    """The projects whose records are kept."""
    resources: int = 1
    """How many resources the run keeps in the file; each has a part of the room."""
    gone: set[Place] = field(default_factory=set)
    """Records that this run looked for and that are not there."""
    trouble: str = ""
    """Why the file could not be written, if so."""

    @property
    def changed(self) -> bool:
        """Tell whether the contract is another one than that of the runs before."""
        return self.loaded is not None and self.loaded.document != self.empty.document

    @property
    def describer(self) -> Describer:
        """Return what puts records into the form of the file."""
        return Describer(self.document, (self.loaded or self.empty).salt)

    def list_records(self) -> list[Remembered]:
        """Return the records of this run's projects that earlier runs saw."""
        known = self._index(self.loaded)
        return [one for (project, _), one in known.items() if project in self.projects]

    def save(self, history: History, at: str) -> None:
        """Write what the run that began *at* saw, with what other runs wrote meanwhile."""
        try:
            with history_file.lock(self.file):
                now = _read(self.file, self.document)
                if now is not None:
                    _expect_same(now, self.empty, self.file)
                history_file.write(self._merge(now, history, at), self.file)
        except (OSError, HistoryError) as error:
            self.trouble = f"the history could not be saved: {error}"

    def _merge(self, now: Past | None, history: History, at: str) -> Past:
        """Return what the file is to say; *now* is what it says, perhaps by another run."""
        if now is not None and now.document != self.empty.document:
            now = msgspec.structs.replace(now, records=[])
        before, kept = self._index(self.loaded), self._index(now)
        salt = (now or self.empty).salt
        for place, mine in self._describe(Describer(self.document, salt), history, at):
            theirs, known = kept.get(place), before.get(place)
            if theirs is None:
                kept[place] = mine
            elif theirs == known:
                kept[place] = msgspec.structs.replace(mine, first=theirs.first)
            else:  # another run has seen it meanwhile
                kept[place] = choose_earlier(theirs, mine, _get_lifecycle(self.document))
        for place in self.gone:
            if place in kept and kept[place] == before.get(place):
                del kept[place]
        others = [one for one in now.records if one.resource != self.name] if now else []
        resources = max(self.resources, len({self.name, *(one.resource for one in others)}))
        records = select_kept(kept.values(), _get_lifecycle(self.document), resources)
        both = sorted([*others, *records], key=lambda one: one.resource)
        return msgspec.structs.replace(self.empty, salt=salt, saved=at, records=both)

    @property
    def name(self) -> str:
        """Return what the records of this run are called."""
        return self.document.resource.name

    def _index(self, past: Past | None) -> dict[Place, Remembered]:
        """Return the records of this run's resource by project and key."""
        records = past.records if past else ()
        return {(one.project, one.key): one for one in records if one.resource == self.name}

    def _describe(
        self, describer: Describer, history: History, at: str
    ) -> Iterator[tuple[Place, Remembered]]:
        for sighting in history.list_jobs():
            project = self.document.resource.find_scope(sighting.exchange.arguments)
            found = describer.describe(project, sighting.job, at)
            if found is not None and project in self.projects:
                yield (project, found.key), found


def explain_unkept(document: Api) -> str:
    """Say why no history can be kept of the records of *document*; empty if one can."""
    if document.resource.lifecycle is not None and document.resource.has_declared_key:
        return ""
    return (
        "--history: the document does not say how a record moves; declare x-lifecycle, or leave "
        "the option out"
    )


def open_history(
    file: Path, target: Target, document: Api, salt: str, resources: int = 1
) -> PastRuns:
    """Read the history of *target* from *file*; *salt* is for a file that does not exist yet.

    It is one of several *resources* of which the run keeps records in this file.

    Raises HistoryError if the file is damaged, is that of another deployment or API, or if the
    document does not say how a record moves.
    """
    if unkept := explain_unkept(document):
        raise HistoryError(unkept)
    history_file.check_writable(file)
    empty = Past(
        base_url=_name_deployment(target),
        title=_name_api(document),
        document=digest_document(document),
        salt=salt,
        saved="",
        records=[],
    )
    loaded = _read(file, document)
    if loaded is not None:
        _expect_same(loaded, empty, file)
    find_scope = document.resource.find_scope
    scopes = dict.fromkeys((find_scope(target.path), find_scope(target.other_path)))
    return PastRuns(file, document, empty, loaded, tuple(scopes), resources)


def _read(file: Path, document: Api) -> Past | None:
    """Read *file*; one of version 1 has records of one resource, which its title names."""
    past, title = history_file.read(file), _name_api(document)
    if past is None or past.version != history_file.FIRST_VERSION:
        return past
    jobs = isinstance(document, Document) and past.title == title
    name = document.resource.name if jobs else past.title.removeprefix(f"{title}, ")
    if not jobs and name == past.title:
        return past  # of another API
    records = [msgspec.structs.replace(one, resource=name) for one in past.records]
    return msgspec.structs.replace(past, version=history_file.VERSION, title=title, records=records)


def _get_lifecycle(document: Api) -> Lifecycle:
    life = document.resource.lifecycle
    if life is None:
        raise TypeError("a history is kept of what moves only")
    return life


def _name_api(document: Api) -> str:
    """Return what the contract calls the API."""
    return str(document.raw["info"].get("title", ""))


def digest_document(document: Api) -> str:
    """Return a digest of the contract: another one if anything in it is another."""
    text = json.dumps(document.raw, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _name_deployment(target: Target) -> str:
    """Return the address of the deployment without user and password."""
    parts = target.parts
    url = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
    return Redactor.of(target).redact(url.rstrip("/"))


def _expect_same(found: Past, wanted: Past, file: Path) -> None:
    """Raise HistoryError if *found* is the history of something else."""
    for what, one, other in (
        ("deployment", found.base_url, wanted.base_url),
        ("API", found.title, wanted.title),
    ):
        if one != other:
            raise HistoryError(
                f"--history: {file} is the history of another {what} ({one!r}, and this is "
                f"{other!r}); name a file of its own for each"
            )
