"""The contracts that a run judges by, and the laws of each."""

from __future__ import annotations

from argparse import Namespace

from contracts.contract.api import Api
from contracts.contract.description import reader
from contracts.contract.document import Document, load
from contracts.engine.law import Registry
from contracts.laws import catalogue
from contracts.roles import catalogue as roles
from contracts.target import TargetError


def read_contracts(options: Namespace) -> tuple[Api, ...]:
    """Return the contract that *options* name: that of the jobs API, or one for each resource."""
    if options.spec is not None:
        return reader.read_each(options.spec, options.overlay or (), options.resource)
    for name in ("overlay", "resource"):
        if getattr(options, name):
            raise TargetError(f"--{name} says something of the document of --spec; give that too")
    return (load(),)


def create_laws(document: Api, *, generated: bool = True) -> Registry:
    """Return the laws of the jobs API, those on *generated* calls or not, or those over roles."""
    if isinstance(document, Document):
        return catalogue.create_registry(document, generated=generated)
    return roles.create_registry(document)
