"""`segmock serve` in process: the names of its settings, and its refusals."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import msgspec
import pytest
from click.testing import Result

from mockserver import cli, emulator, fault_files
from mockserver.cli import page_opening, serve_log, serving, stdin_end
from mockserver.cli.serving import Service
from mockserver.cli.tls import TlsFlags
from mockserver.edges import access, listeners
from mockserver.edges import serve as edge
from mockserver.edges.listeners import Listener
from mockserver.settings import change_settings
from mockserver.tests.cli.results import assert_refused, make_models_folder
from mockserver.tests.replay.recording import record

SERVE = cli.main.commands["serve"]
FLAGS = {
    parameter.name: parameter
    for parameter in SERVE.params
    if isinstance(parameter, click.Option) and parameter.name != "config"
}
STORE = "redis://127.0.0.1:6379/0"
WORDS = {
    "host": "localhost",
    "clock": "frozen",
    "clock_start": "2026-01-01",
    "plan": "pro",
    "credits": "2.5",
    "faults": "faults.json",
    "admin_token_file": "token.txt",
    "tls_cert": "cert.pem",
    "tls_key": "key.pem",
    "store": STORE,
    "replay": "recording",
}
"""Values of the settings whose type says too little about what they can be."""


@pytest.fixture
def kept(monkeypatch) -> SimpleNamespace:
    """Keep no log; tell of which form it would have been."""
    kept = SimpleNamespace()

    def keep_log(_emulator: Any, form: str) -> AbstractContextManager[None]:
        kept.log = form
        return nullcontext()

    monkeypatch.setattr(serve_log, "keep_log", keep_log)
    return kept


@pytest.fixture
def served(run, monkeypatch, kept) -> Callable[..., tuple[Result, SimpleNamespace]]:
    """Run `serve` as far as its server; return its result and what it would have served."""
    seen = kept
    real_listen, real_read, real_read_token = (
        listeners.listen,
        fault_files.read_rule_file,
        access.read_token,
    )

    class Recording(emulator.Emulator):
        def __init__(self, **fields: Any) -> None:
            super().__init__(**fields | {"store": "memory"})  # none is there to be reached
            seen.settings = change_settings(self.settings, {"store": fields["store"]})

    def listen(host: str, port: int, _: None) -> list[Listener]:
        seen.host, seen.port = host, port
        return real_listen(host, 0)

    def read(file: Path) -> fault_files.RuleFile:
        seen.faults = file
        return real_read(file)

    def read_token(file: Path) -> str:
        seen.admin_token_file = file
        return real_read_token(file)

    def end(app: Any, served: list[Listener], on_ready: Callable[[], None], grace_s: float) -> None:
        seen.admin_token = app.control.token
        seen.admin_token_random = app.control.token is not None
        assert grace_s == seen.settings.shutdown_grace
        on_ready()
        for listener in served:
            listener.socket.close()

    def serve_by_workers(service: Service, count: int) -> None:
        seen.workers = count
        end(service.app, service.listeners, service.on_ready, service.grace_s)

    def make_context(flags: TlsFlags) -> None:
        vars(seen).update(flags._asdict())

    def served(*flags: str, env: dict[str, str] | None = None) -> tuple[Result, SimpleNamespace]:
        return run("serve", *flags, env=env), seen

    monkeypatch.setattr(emulator, "Emulator", Recording)
    monkeypatch.setattr(fault_files, "read_rule_file", read)
    monkeypatch.setattr(access, "read_token", read_token)
    monkeypatch.setattr(stdin_end, "find_stdin", lambda: 0)
    monkeypatch.setattr(stdin_end, "stop_at_end", lambda _: setattr(seen, "until_eof", True))
    monkeypatch.setattr(page_opening, "open_page", lambda _: setattr(seen, "open", True))
    monkeypatch.setattr(listeners, "listen", listen)
    monkeypatch.setattr(TlsFlags, "make_context", make_context)
    monkeypatch.setattr(edge, "run", end)
    monkeypatch.setattr(serving, "serve_by_workers", serve_by_workers)
    return served


def sample(name: str) -> Any:
    """Return a value of a setting that is not its default."""
    option = FLAGS[name]
    kind = option.type
    if name in WORDS:
        return WORDS[name]
    if option.is_flag:
        return True
    if isinstance(kind, click.Choice):
        return kind.choices[-1]
    if isinstance(kind, click.Path):
        return "models"
    if isinstance(kind, click.types.StringParamType):
        return "word"
    return kind.convert(option.default, option, None) + 1


def arguments(name: str) -> list[str]:
    """Return the flag that gives a setting its sample value."""
    option = FLAGS[name]
    if option.is_flag:
        return [option.opts[0]]
    return [option.opts[0], str(sample(name))]


SOURCES = {
    "flag": lambda name: (arguments(name), {}, ""),
    "environment": lambda name: ([], {f"SEGMOCK_{name.upper()}": str(sample(name))}, ""),
    "file": lambda name: ([], {}, f"{name} = {json.dumps(sample(name))}"),
}


@pytest.mark.no_cover
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", FLAGS)
def test_every_setting_has_a_flag_a_variable_and_a_key(served, tmp_path, name, source):
    """A setting has the same effect from its flag, its variable and its key in the file."""
    make_models_folder(tmp_path)
    (tmp_path / "faults.json").write_text("[]")
    (tmp_path / "token.txt").write_text("word")
    flags, env, text = SOURCES[source](name)
    (tmp_path / "segmock.toml").write_text(text)
    if name == "replay":
        with record(tmp_path / "recording") as client:
            client.call("GET", "/v1/get-user-credits")
    if name == "workers":
        env |= {"SEGMOCK_STORE": STORE}
    result, seen = served(*flags, env=env)
    assert result.exit_code == 0, result.output
    fields = msgspec.structs.asdict(seen.settings) | vars(seen)
    given = not fields[name[3:]] if name.startswith("no_") else fields[name]
    assert str(given) == str(sample(name))


@pytest.mark.parametrize("name", FLAGS)
def test_help_shows_the_variable_of_every_setting(run, name):
    """`serve --help` names the environment variable of each flag."""
    text = " ".join(run("serve", "--help").stdout.split())
    assert re.search(rf"env var: SEGMOCK_{name.upper()}[;\]]", text)


@pytest.mark.parametrize(
    ("flags", "parts"),
    [
        (["--clock", "x0"], ["'x0'", "frozen"]),
        (["--clock", "xnan"], ["'xnan'", "frozen"]),
        (["--clock", "x 5"], ["'x 5'", "frozen"]),
        (["--clock", "x1_0"], ["'x1_0'", "frozen"]),
        (["--clock", "x\u0665"], ["frozen"]),
        (["--port", "8_765"], ["--port", "'8_765'"]),
        (["--seed", " 1"], ["--seed", "' 1'"]),
        (["--credits", "1_0"], ["--credits", "'1_0'"]),
        (["--speed", "0"], ["--speed", "0.0"]),
        (["--speed", "nan"], ["nan"]),
        (["--shutdown-grace", "-1"], ["--shutdown-grace", "-1"]),
        (["--shutdown-grace", "nan"], ["nan"]),
        (["--credits", "much"], ["credits"]),
        (["--credits", "-1"], ["credits", "-1"]),
        (["--credits", "nan"], ["--credits", "'nan'"]),
        (["--credits", "inf"], ["--credits", "'inf'"]),
        (["--credits", "1e30"], ["credits", "1E+30"]),
        (["--seed", "9" * 65], ["seed"]),
        (["--plan", "golden"], ["'golden'", "unlimited"]),
        (["--max-body-mib", "0"], ["--max-body-mib"]),
        (["--credits-status", "400"], ["--credits-status", "'400'"]),
        (["--v1", "xml"], ["--v1", "'xml'"]),
        (["--validation", "strict"], ["--validation", "'strict'"]),
        (["--types", "upfront"], ["--types", "'upfront'"]),
        (["--models", "nowhere"], ["nowhere", "no such folder"]),
        (["--host", "256.0.0.1"], ["256.0.0.1"]),
    ],
    ids=str,
)
def test_a_value_that_cannot_be_is_refused_before_the_start(served, flags, parts):
    """A flag whose value makes no sense is refused in one line; nothing is served."""
    result, _ = served(*flags)
    assert_refused(result, *parts)


@pytest.mark.parametrize("text", ["port = 1.5", "seed = 1.5", 'clock = ["auto"]', "credits = true"])
def test_a_value_of_a_wrong_type_is_refused(served, tmp_path, text):
    """A value in the file that is of another type than the setting is refused, not bent."""
    (tmp_path / "segmock.toml").write_text(text)
    result, _ = served()
    assert_refused(result, text.split()[0])


def test_the_admin_token_can_be_in_a_file(served, tmp_path):
    """A file keeps it out of the list of processes; its line may end."""
    (tmp_path / "token.txt").write_bytes(b"\xef\xbb\xbfa long word\r\n")
    result, seen = served("--admin-token-file", "token.txt", "--host", "0.0.0.0")
    assert result.exit_code == 0, result.output
    assert seen.admin_token == "a long word"


@pytest.mark.parametrize(
    ("content", "flags", "parts"),
    [
        (b"", [], ["token.txt", "empty"]),
        (b" \n", [], ["token.txt", "empty"]),
        (b"\xff", [], ["token.txt", "UTF-8"]),
        (None, [], ["token.txt", "there is no such file"]),
        (b"word", ["--admin-token", "word"], ["give one"]),
    ],
)
def test_a_file_without_an_admin_token_is_refused(served, tmp_path, content, flags, parts):
    """One line says what is wrong with it; two tokens are one too many."""
    if content is not None:
        (tmp_path / "token.txt").write_bytes(content)
    result, _ = served("--admin-token-file", "token.txt", *flags)
    assert_refused(result, *parts)
