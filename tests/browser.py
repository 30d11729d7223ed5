"""A headless Chromium that a test can steer, by the DevTools protocol over two pipes."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.programs import UnavailableError

PATIENCE = 60
"""Seconds: a browser that hangs must fail its test, and not the whole run."""


class Browser:
    """One page of a running Chromium."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = os.fdopen(commands, "wb", buffering=0)
        self._answers = os.fdopen(answers, "rb", buffering=0)
        self._sent = 0
        self._session: str | None = None
        self.logged: list[str] = []
        """What the browser complained of, refusals of the page's policy included."""

    def close(self) -> None:
        """Close the pipes: the browser ends with them."""
        self._commands.close()
        self._answers.close()

    def call(self, method: str, **parameters: Any) -> Any:
        """Carry out one command of the protocol."""
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._commands.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown"):
                self.logged.append(json.dumps(answer["params"]))
            if answer.get("id") == self._sent:
                assert "error" not in answer, answer
                return answer["result"]

    def _next(self) -> dict[str, Any]:
        text = b""
        while not text.endswith(b"\0"):
            ready, _, _ = select.select([self._answers], [], [], PATIENCE)
            assert ready, f"the browser said nothing for {PATIENCE} s"
            byte = self._answers.read(1)
            assert byte, "the browser ended"
            text += byte
        found: dict[str, Any] = json.loads(text[:-1])
        return found

    def open(self, page: Path | str) -> None:
        """Open *page*, a file or a URL, in a fresh tab and wait until it is loaded."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Log", "Runtime"):
            self.call(f"{domain}.enable")
        self.call("Page.navigate", url=page if isinstance(page, str) else page.as_uri())
        while self.evaluate("document.readyState") != "complete":
            pass

    def evaluate(self, expression: str) -> Any:
        """Return the value of *expression* in the page; a promise is awaited."""
        told = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def press(self, key: str, text: str = "") -> None:
        """Press one key."""
        shared = {"key": key, "code": key, "text": text}
        self.call("Input.dispatchKeyEvent", type="keyDown", **shared)
        self.call("Input.dispatchKeyEvent", type="keyUp", **shared)


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """Run a Chromium with its profile in *folder*.

    Raises:
        UnavailableError: there is none on this machine.
    """
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if program is None:
        raise UnavailableError("chromium is missing: install Debian's chromium")
    command_out, command_in = os.pipe()
    answer_out, answer_in = os.pipe()

    def as_three_and_four() -> None:
        # Copies first: one of the numbers wanted may be in use by the other pipe.
        commands, answers = os.dup(command_out), os.dup(answer_in)
        os.dup2(commands, 3)
        os.dup2(answers, 4)

    process = subprocess.Popen(
        [
            *(program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"),
            *("--no-first-run", "--disable-dev-shm-usage", f"--user-data-dir={folder}"),
        ],
        preexec_fn=as_three_and_four,  # noqa: PLW1509 -- Chromium wants its pipes at 3 and 4
        close_fds=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(command_out)
    os.close(answer_in)
    page = Browser(command_in, answer_out)
    try:
        yield page
    finally:
        page.close()
        process.kill()
        process.wait()
