"""What helps to type a command: the examples of each `--help`, and scripts that complete."""

from __future__ import annotations

from pathlib import Path

EXAMPLES = {
    "check": (
        ("check --base-url URL --project-key KEY", "judge, and only read"),
        ("check --base-url URL --project-key KEY --effects own", "also make and cancel jobs"),
        ("check --base-url URL --spec openapi.yaml", "judge another API"),
        ("check --base-url URL --project-key KEY --laws 'PAGE-*'", "judge some of the laws"),
    ),
    "watch": (
        ("watch traffic.har", "judge what a browser recorded"),
        ("watch traffic.jsonl --follow", "judge as it grows, until interrupted"),
    ),
    "list": (
        ("list", "print the laws of the jobs API"),
        ("list --spec openapi.yaml", "print those of another API"),
    ),
    "explain": (("explain CANC-12", "print how one law is judged"),),
    "selftest": (
        ("selftest --fast", "judge every fourth fault"),
        ("selftest --concurrency 8", "let each run send 8 requests at once"),
        ("selftest --conforming --rounds 20", "is anything accused that conforms, in 20 rounds?"),
    ),
    "completion": (
        ("completion bash >> ~/.bashrc", "complete in bash"),
        ("completion zsh > ~/.zfunc/_contracts", "complete in zsh (a folder of fpath)"),
        ("completion fish > ~/.config/fish/completions/contracts.fish", "complete in fish"),
    ),
}
"""By command: lines after `contracts`, each with what it does."""

SHELLS = ("bash", "zsh", "fish")
"""Those for which there is a script that completes commands."""


def format_examples(command: str) -> str:
    """Return what the help of *command* ends with, a line an example."""
    calls = [(f"contracts {arguments}", does) for arguments, does in EXAMPLES[command]]
    width = max(len(call) for call, _ in calls)
    return "\n".join(["examples:", *(f"  {call:{width}}  # {does}" for call, does in calls)])


def find_completion(shell: str) -> Path:
    """Return the script by which one of the `SHELLS` completes commands."""
    return Path(__file__).parent / "completion" / f"contracts.{shell}"
