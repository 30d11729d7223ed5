"""Documents, docstrings and comments: plain English, without phrases that readers stumble over."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program.process import ROOT

#: Literal translations and archaic words; the usual words are shorter and clearer.
ODD = re.compile(
    r"\b(whoever|anew|in the same breath|nobody's business|stands? twice|to be had"
    r"|(?<!there )(?:is|are|was|were) no(?! longer| more| later| earlier)\b)",
    re.IGNORECASE,
)
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "tests" / "README.md"])
FOLDERS = ("mockserver", "contracts", "tests", "benches", "tools", "examples/python")
MODULES = sorted(
    [
        *(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")),
        *ROOT.glob(".ci/*.py"),
    ]
)
#: A history, and the output of a program.
EXCEPTIONS = ("CHANGELOG.md", "selftest.md")


def prose_of(file: Path) -> Iterator[str]:
    """Yield the text of a document outside of code blocks, or docstrings and comments."""
    text = file.read_text()
    if file.suffix == ".md":
        yield re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
        return
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, documented):
            yield ast.get_docstring(node) or ""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def odd_phrases(file: Path) -> list[str]:
    """Return the odd phrases in a file, each with a little of what is around it."""
    prose = (" ".join(text.split()) for text in prose_of(file))
    return [
        text[max(0, found.start() - 20) : found.end() + 20]
        for text in prose
        for found in ODD.finditer(text)
    ]


def test_prose_has_no_odd_phrases() -> None:
    """Guards the prose of documents and tests against phrases that stop a reader."""
    files = [file for file in (*DOCUMENTS, *MODULES) if file.name not in EXCEPTIONS]

    assert {str(file): odd for file in files if (odd := odd_phrases(file))} == {}


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("It begins anew.", ["It begins anew."]),
        ("A date is no\nnumber.", ["A date is no number."]),
        ("There is no number. It is no longer there.", []),
        ("Run `anew`.\n```\nbegins anew\n```\n", []),
    ],
)
def test_odd_phrases_are_found(tmp_path: Path, text: str, odd: list[str]) -> None:
    """Guards the test above: it reads across lines, and passes code and usual phrases."""
    file = tmp_path / "page.md"
    file.write_text(text)

    assert odd_phrases(file) == odd


def test_the_changelog_says_nothing_twice() -> None:
    """Guards the changelog after merges, which can keep a sentence in both of its wordings."""
    lines = (ROOT / "CHANGELOG.md").read_text().splitlines()
    long = [line for line in lines if len(line) > 40]

    assert sorted({line for line in long if long.count(line) > 1}) == []
    # Two wordings of one sentence begin alike.
    starts = [line[:40] for line in long if line.startswith("- ")]
    assert sorted({start for start in starts if starts.count(start) > 1}) == []
