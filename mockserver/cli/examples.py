"""The examples at the end of each command's ``--help``."""

from typing import NamedTuple


class Example(NamedTuple):
    """A command line after ``mockserver``, and what it does."""

    arguments: str
    does: str


EXAMPLES = {
    "serve": (
        Example("", "serve the jobs API on port 8080"),
        Example("--port 9000 --now real", "on another port, in real time"),
        Example("--store sqlite:///jobs.db", "keep the state in a file"),
        Example("--spec openapi.yaml --overlay overlay.yaml", "serve another API"),
        Example("--api openai-batches", "serve a bundled API"),
        Example("--deviation real-server", "deviate from the contract"),
    ),
    "apis": (Example("apis", "list the names that --api takes"),),
    "explain": (
        Example("explain openapi.yaml", "show what is understood"),
        Example("explain openapi.yaml --overlay overlay.yaml", "show it with an overlay"),
    ),
    "infer": (Example("infer openapi.yaml > overlay.yaml", "write a draft, to be corrected"),),
    "generate": (
        Example("generate --jobs 10000 --out world", "write jobs"),
        Example("generate --api github-runs --records 500", "write records of another API"),
    ),
    "check": (
        Example("check --seed world", "check a folder of fixtures"),
        Example("check --spec openapi.yaml --seed fixtures.yaml", "check those of another API"),
    ),
    "deviations": (
        Example("deviations", "list those of the jobs API"),
        Example("deviations --spec openapi.yaml", "list those of another API"),
    ),
    "proxy": (
        Example(
            "proxy --upstream https://staging.example.com/api/v2 --har traffic.har",
            "write all that passes",
        ),
        Example(
            "proxy --upstream https://api.example.com --spec openapi.yaml --record recorded",
            "record the records of another API as fixtures",
        ),
    ),
    "completion": (
        Example("completion bash >> ~/.bashrc", "complete in bash"),
        Example("completion zsh > ~/.zfunc/_mockserver", "complete in zsh (a folder of fpath)"),
        Example("completion fish > ~/.config/fish/completions/mockserver.fish", "complete in fish"),
    ),
}
_NOTE = """
Each option can also be set as MOCKSERVER_NAME, for example MOCKSERVER_BASE_PATH.
Other commands, each with --help: """


def format_examples(command: str) -> str:
    """Return what the help of *command* ends with, a line an example."""
    calls = [(f"mockserver {one.arguments}".rstrip(), one.does) for one in EXAMPLES[command]]
    width = max(len(call) for call, _ in calls)
    lines = ["examples:", *(f"  {call:{width}}  # {does}" for call, does in calls)]
    note = f"{_NOTE}{', '.join(list(EXAMPLES)[1:])}." if command == "serve" else ""
    return "\n".join(lines) + "\n" + note
