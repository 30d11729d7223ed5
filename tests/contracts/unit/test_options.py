"""The options that say which deployment is judged."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from pathlib import Path

import pytest

from contracts.contract.document import load
from contracts.startup.composition import make_target
from contracts.startup.options import POLITE_RATE, add_options
from contracts.startup.values import read_rate, read_size
from contracts.target import Effects, Need, Target, TargetError

KEYED = {"CONTRACTS_API_KEY": "key-of-the-environment"}


def target(*words: str, environ: Mapping[str, str] = KEYED, url: str = "http://h.test") -> Target:
    """Return the target that the command line names."""
    parser = ArgumentParser()
    add_options(parser)
    options = parser.parse_args(["--base-url", url, "--project-key", "p", *words])
    return make_target(options, environ, load())


def test_the_key_comes_from_option_file_or_environment(tmp_path: Path) -> None:
    """An option beats the environment, and a file may end with a line break."""
    (tmp_path / "key").write_text("key-of-the-file\n")

    assert target().api_key == "key-of-the-environment"
    assert target("--api-key", "mine").api_key == "mine"
    assert target("--api-key-file", str(tmp_path / "key")).api_key == "key-of-the-file"


def test_a_run_without_a_key_is_a_usage_error(tmp_path: Path) -> None:
    """No key, an empty one, two at once or a missing file are refused."""
    for words in ((), ("--api-key", " "), ("--api-key-file", str(tmp_path / "none"))):
        with pytest.raises(TargetError):
            target(*words, environ={})
    with pytest.raises(TargetError, match="together"):
        target("--api-key", "a", "--api-key-file", "b")


def test_a_foreign_host_is_called_politely() -> None:
    """Without --rate there is a limit, except on this machine; `none` lifts it."""
    assert target().rate == POLITE_RATE
    assert target("--rate", "none").rate is None
    assert target(url="http://[::1]:8080").rate is None
    assert target(url="http://localhost").rate is None


@pytest.mark.parametrize(
    ("text", "value"), [("20/s", 20.0), ("90/m", 1.5), ("7", 7.0), ("none", 0)]
)
def test_a_rate_has_a_unit(text: str, value: float) -> None:
    """A rate is a number of requests a second or a minute."""
    assert read_rate(text) == value


@pytest.mark.parametrize("text", ["", "fast", "0/s", "-1", "5/h", "inf", "nan/s"])
def test_a_rate_that_is_none_is_refused(text: str) -> None:
    """Nothing is guessed from a rate that makes no sense."""
    with pytest.raises(ArgumentTypeError):
        read_rate(text)


@pytest.mark.parametrize(
    "url",
    ["h.test", "ftp://h", "http://", "http://h?a=1", "http://u@h", "http://h:99999", "http://x; y"],
)
def test_a_base_url_that_is_none_is_refused(url: str) -> None:
    """The base URL has a scheme and a host, and neither query nor user."""
    with pytest.raises(TargetError):
        target(url=url)


@pytest.mark.parametrize(
    "url", ["http://me:s3cret@h", "ftp://me:s3cret@h", "http://me:s3cret@x; y"]
)
def test_no_password_of_a_base_url_is_shown(url: str) -> None:
    """A message on a URL ends up in the log of a build, with whatever was given in it."""
    with pytest.raises(TargetError) as refused:
        target(url=url)

    assert "s3cret" not in str(refused.value)


def test_what_cannot_be_used_is_refused_at_once(tmp_path: Path) -> None:
    """A key that no header can carry and a missing certificate are usage errors."""
    for words in (("--api-key", "clé"), ("--ca-file", str(tmp_path / "none.pem"))):
        with pytest.raises(TargetError):
            target(*words)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("65536", 65_536), ("512K", 524_288), ("16m", 1 << 24), ("1G", 1 << 30)],
)
def test_a_size_has_a_unit(text: str, value: int) -> None:
    """A size is a number of octets, of K, M or G."""
    assert read_size(text) == value
    assert target("--max-answer", text).max_answer == value


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5M", "16MB", "M", "1T", "\xb2", "9" * 5_000])
def test_a_size_that_is_none_is_refused(text: str) -> None:
    """Nothing is guessed from a size that makes no sense."""
    with pytest.raises(ArgumentTypeError):
        read_size(text)


def test_the_other_key_comes_from_option_or_environment() -> None:
    """An option beats the environment, and an empty variable is ignored."""
    environ = {**KEYED, "CONTRACTS_OTHER_API_KEY": "key-of-others\n"}

    assert target(environ=environ).other_api_key == "key-of-others"
    assert target("--other-api-key", "mine", environ=environ).other_api_key == "mine"
    assert target(environ={**KEYED, "CONTRACTS_OTHER_API_KEY": ""}).other_api_key is None


@pytest.mark.parametrize(
    ("proxy", "environ", "used"),
    [
        (None, {"HTTPS_PROXY": "http://p:1"}, None),
        ("http://p:1", {}, "http://p:1"),
        ("p:1", {}, "http://p:1"),
        ("env", {}, None),
        ("env", {"HTTPS_PROXY": "p:1"}, "http://p:1"),
        ("env", {"https_proxy": "http://q:1", "HTTPS_PROXY": "http://p:1"}, "http://q:1"),
        ("env", {"HTTP_PROXY": "http://p:1"}, None),
        ("env", {"all_proxy": "http://p:1"}, "http://p:1"),
        ("env", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "other.test,.h.test"}, None),
        ("env", {"HTTPS_PROXY": "http://p:1", "no_proxy": "*"}, None),
        ("env", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "other.test"}, "http://p:1"),
    ],
)
def test_a_proxy_is_named_or_there_is_none(
    proxy: str | None, environ: Mapping[str, str], used: str | None
) -> None:
    """The environment's proxy counts only with `--proxy env`, and not for what NO_PROXY names."""
    words = ("--proxy", proxy) if proxy else ()
    one = target(*words, environ={**KEYED, **environ}, url="https://api.h.test")

    assert one.proxy == used


@pytest.mark.parametrize("proxy", ["socks5://p:1", "http://", "http://p:99999", "http://p:x"])
def test_a_proxy_that_is_none_is_refused(proxy: str) -> None:
    """A proxy that cannot be used is a usage error, before anything is sent."""
    with pytest.raises(TargetError, match="proxy"):
        target("--proxy", proxy)


def test_no_password_of_a_proxy_is_shown() -> None:
    """What is shown of a proxy is where it is."""
    one = target("--proxy", "https://me:s3cret%21@[::1]:3128")

    assert one.via == "https://[::1]:3128"
    assert "s3cret" not in repr(one)
    assert set(one.secrets) == {"s3cret%21", "s3cret!"}


def test_what_was_not_given_is_said() -> None:
    """A law whose needs were not given is untested with the option's name."""
    poor, rich = target(), target("--effects", "any", "--other-project-key", "q")

    assert poor.find_missing(frozenset({Need.EFFECTS_ANY, Need.OTHER_PROJECT})) == [
        Need.EFFECTS_ANY,
        Need.OTHER_PROJECT,
    ]
    assert rich.find_missing(frozenset(Need)) == [
        Need.OTHER_PATH,
        Need.OTHER_KEY,
        Need.DRIVER,
        Need.HISTORY,
    ]
    assert rich.effects is Effects.ANY


def test_no_key_is_in_the_repr() -> None:
    """A traceback or a log that shows the target shows no key."""
    one = target("--other-api-key", "key-of-the-others")

    assert "key-of" not in repr(one)
