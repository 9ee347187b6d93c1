"""The `segmock` command in process: its output, its refusals, and the names of its settings."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import msgspec
import pytest
import yaml
from click.testing import CliRunner, Result

from mockserver import __version__, cli, emulator, fault_files, fixtures
from mockserver.contract.catalogue import Catalogue
from mockserver.edges import access
from mockserver.edges import serve as edge
from mockserver.fixtures import files

MODELS = sorted(Catalogue().models)
SERVE = cli.main.commands["serve"]
FLAGS = {
    parameter.name: parameter
    for parameter in SERVE.params
    if isinstance(parameter, click.Option) and parameter.name != "config"
}
WORDS = {
    "host": "localhost",
    "clock": "frozen",
    "plan": "pro",
    "credits": "2.5",
    "faults": "faults.json",
    "admin_token_file": "token.txt",
}
"""Values of the settings whose type says too little about what they can be."""


@pytest.fixture
def run(tmp_path, monkeypatch) -> Callable[..., Result]:
    """Run the command in an empty folder, with environment variables if there are any."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, env: dict[str, str] | None = None) -> Result:
        return CliRunner().invoke(cli.main, arguments, env=env, prog_name="segmock")

    return run


def models_dir(tmp_path: Path, **changes: Any) -> str:
    """Make a folder with a model of one's own, its `x-model` changed; return its path."""
    folder = tmp_path / "models"
    folder.mkdir()
    document = json.loads(Catalogue().models["mock-inference"].file.read_text())
    document["x-model"] |= {"slug": "mine"} | changes
    (folder / "mine.json").write_text(json.dumps(document))
    return str(folder)


def assert_refused(result: Result, *parts: str) -> None:
    """See that the command ended with 2 and one line on stderr that has these parts."""
    assert result.exit_code == 2
    assert result.stdout == ""
    assert re.fullmatch(r"segmock: [^\n]+\n", result.stderr), result.stderr
    for part in parts:
        assert part in result.stderr


# Help


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command."""
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield (*path, name)


@pytest.mark.parametrize("words", [*commands(cli.main)], ids=" ".join)
def test_every_command_has_help(run, words):
    """Every command says how it is used and what it does, and each of its options as well."""
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: {' '.join(('segmock', *words))}")
    assert re.search(r"\n\n  [A-Z][^.]+\.", result.stdout)
    assert "\\b" not in result.stdout
    assert run(*words, "-h").stdout == result.stdout


def test_examples_in_the_help_keep_their_lines(run):
    """The examples of `serve --help` are lines that can be copied."""
    assert "\n    segmock serve --speed 1 --plan pro " in run("serve", "--help").stdout


def test_help_needs_no_settings(run, tmp_path):
    """Help is there for somebody whose settings file is broken."""
    (tmp_path / "segmock.toml").write_text("nothing = 1")
    assert run("serve", "--help").exit_code == 0


def test_the_version_is_that_of_the_package(run):
    """`--version` names the package's version."""
    assert run("--version").stdout.strip().endswith(__version__)


# Models and contracts


def test_models_are_listed_one_a_line(run):
    """`models list` has a line for each model, with its price."""
    lines = run("models", "list").stdout.splitlines()
    assert sorted(line.split()[0] for line in lines) == MODELS
    assert all("$" in line for line in lines)


def test_models_can_be_listed_as_json(run, tmp_path):
    """`models list --json` has the terms of every model, those of one's own folder included."""
    folder = models_dir(tmp_path, retired=True)
    listed = json.loads(run("models", "list", "--json", "--models", folder).stdout)
    assert sorted(each["slug"] for each in listed) == sorted([*MODELS, "mine"])
    assert run("models", "list", "--models", folder).stdout.count("retired") == 1


@pytest.mark.parametrize("slug", MODELS)
def test_a_model_is_shown_without_references(run, slug):
    """`models show` prints the model's schema with every reference resolved."""
    shown = json.loads(run("models", "show", slug).stdout)
    assert shown["x-model"]["slug"] == slug
    assert '"$ref"' not in json.dumps(shown)


def test_an_unknown_model_is_not_shown(run):
    """`models show` of an unknown model names those that there are."""
    assert_refused(run("models", "show", "midjourney"), "'midjourney'", *MODELS)


def test_the_contracts_pass_their_lint(run):
    """`models lint` finds nothing wrong with the contracts that come along."""
    result = run("models", "lint")
    assert (result.exit_code, result.stderr) == (0, "")
    assert [line.split()[::2] for line in result.stdout.splitlines()] == [
        ["ok", slug] for slug in MODELS
    ]


def test_lint_names_file_place_and_reason(run, tmp_path):
    """`models lint DIR` checks all files, and says of each broken one what is wrong where."""
    folder = models_dir(tmp_path)
    (tmp_path / "models" / "a.json").write_text("{")
    broken = json.loads((tmp_path / "models" / "mine.json").read_text())
    broken["x-model"]["typical_s"] = "long"
    (tmp_path / "models" / "b.json").write_text(json.dumps(broken))
    result = run("models", "lint", folder)
    first, second = result.stderr.splitlines()
    assert result.exit_code == 2
    assert "a.json: $: " in first
    assert "b.json: $['x-model'].typical_s: 'long'" in second
    assert "mine.json  mine" in result.stdout


def test_lint_finds_two_models_of_one_name(run, tmp_path):
    """`models lint DIR` refuses two files that share a slug."""
    folder = models_dir(tmp_path)
    twin = tmp_path / "models" / "twin.json"
    twin.write_text((tmp_path / "models" / "mine.json").read_text())
    result = run("models", "lint", folder)
    assert result.exit_code == 2
    assert "twin.json: $['x-model'].slug: mine is already in mine.json" in result.stderr


@pytest.mark.parametrize(("folder", "words"), [(".", "no *.json"), ("nowhere", "no such folder")])
def test_lint_of_nothing_is_refused(run, folder, words):
    """`models lint` of a folder without contracts is no success."""
    assert_refused(run("models", "lint", folder), folder, words)


def test_openapi_is_the_same_in_both_formats(run, tmp_path):
    """`openapi` prints one document as JSON and as YAML, with one's own models in it."""
    folder = models_dir(tmp_path)
    as_json, as_yaml = (
        run("openapi", "--models", folder, *options).stdout
        for options in ([], ["--format", "yaml"])
    )
    document = json.loads(as_json)
    assert document == yaml.safe_load(as_yaml)
    assert "/v2/mine" in document["paths"]


@pytest.mark.parametrize("command", [["models", "list"], ["models", "show", "mine"], ["openapi"]])
def test_a_broken_folder_of_models_is_refused(run, tmp_path, command):
    """Every command that takes a folder of models refuses a broken one."""
    folder = models_dir(tmp_path, v1_returns="xml")
    assert_refused(run(*command, "--models", folder), "mine.json: $['x-model'].v1_returns")


# Golden exchanges


@pytest.mark.usefixtures("made_once")
def test_the_golden_exchanges_are_as_they_stand(run):
    """`fixtures check` finds no difference."""
    result = run("fixtures", "check")
    assert (result.exit_code, result.stdout) == (0, "all as they stand\n")


@pytest.mark.parametrize(("flags", "shown"), [((), []), (("--diff",), ["    -200", "    +404"])])
def test_a_difference_is_named(run, monkeypatch, flags, shown):
    """`fixtures check` names what differs, shows how with `--diff`, and ends with 1."""
    monkeypatch.setattr(files, "find_differences", lambda: {"ideogram-3/submit": "-200\n+404"})
    result = run("fixtures", "check", *flags)
    assert result.exit_code == 1
    lines = ["differs  ideogram-3/submit", *shown, "1 fixtures differ"]
    assert result.stdout.splitlines() == lines


@pytest.mark.usefixtures("made_once")
def test_golden_exchanges_are_written_into_the_folder_named(run, tmp_path):
    """`fixtures write --out DIR` writes what the repository has, and nothing outside of DIR."""
    result = run("fixtures", "write", "--out", "out")
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert result.stdout == f"{len(written)} files written\n"
    assert files.find_differences(tmp_path / "out") == {}
    assert {path.relative_to(tmp_path).parts[0] for path in written} == {"out"}


@pytest.mark.usefixtures("made_once")
def test_every_golden_exchange_is_written_as_a_file_if_asked(run, tmp_path):
    """`fixtures write --all --out DIR` writes one file for each name that can be loaded."""
    assert run("fixtures", "write", "--all", "--out", "out").exit_code == 0
    root = tmp_path / "out" / "exchanges"
    written = {path.relative_to(root).with_suffix("").as_posix() for path in root.glob("*/*.json")}
    assert sorted(written) == fixtures.names()


def test_not_every_golden_exchange_is_written_into_the_repository(run):
    """`fixtures write --all` asks for a folder, as `fixtures/` has a choice of them."""
    assert_refused(run("fixtures", "write", "--all"), "--out")


@pytest.mark.usefixtures("made_once")
def test_writing_leaves_other_files_alone(run, tmp_path):
    """`fixtures write --out DIR` deletes nothing that it has not written."""
    theirs = tmp_path / "project" / "package.json"
    theirs.parent.mkdir()
    theirs.write_text("{}")
    run("fixtures", "write", "--out", ".")
    assert theirs.exists()


# Settings of `serve`


@pytest.fixture
def served(run, monkeypatch) -> Callable[..., tuple[Result, SimpleNamespace]]:
    """Run `serve` as far as its server; return its result and what it would have served."""
    seen = SimpleNamespace()
    real_listen, real_read, real_read_token = edge.listen, fault_files.read, access.read_token

    class Recording(emulator.Emulator):
        def __init__(self, **fields: Any) -> None:
            super().__init__(**fields)
            seen.settings = self.settings

    def listen(host: str, port: int) -> list[socket.socket]:
        seen.host, seen.port = host, port
        return real_listen(host, 0)

    def read(file: Path) -> list[Any]:
        seen.faults = file
        return real_read(file)

    def read_token(file: Path) -> str:
        seen.admin_token_file = file
        return real_read_token(file)

    def end(
        app: Any, sockets: list[socket.socket], on_ready: Callable[[], None], grace_s: float
    ) -> None:
        seen.admin_token = app.control.token
        assert grace_s == seen.settings.shutdown_grace
        on_ready()
        for sock in sockets:
            sock.close()

    def served(*flags: str, env: dict[str, str] | None = None) -> tuple[Result, SimpleNamespace]:
        return run("serve", *flags, env=env), seen

    monkeypatch.setattr(emulator, "Emulator", Recording)
    monkeypatch.setattr(fault_files, "read", read)
    monkeypatch.setattr(access, "read_token", read_token)
    monkeypatch.setattr(edge, "listen", listen)
    monkeypatch.setattr(edge, "run", end)
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


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", FLAGS)
def test_every_setting_has_a_flag_a_variable_and_a_key(served, tmp_path, name, source):
    """A setting has the same effect from its flag, its variable and its key in the file."""
    models_dir(tmp_path)
    (tmp_path / "faults.json").write_text("[]")
    (tmp_path / "token.txt").write_text("word")
    flags, env, text = SOURCES[source](name)
    (tmp_path / "segmock.toml").write_text(text)
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
        (None, [], ["token.txt", "No such file"]),
        (b"word", ["--admin-token", "word"], ["give one"]),
    ],
)
def test_a_file_without_an_admin_token_is_refused(served, tmp_path, content, flags, parts):
    """One line says what is wrong with it; two tokens are one too many."""
    if content is not None:
        (tmp_path / "token.txt").write_bytes(content)
    result, _ = served("--admin-token-file", "token.txt", *flags)
    assert_refused(result, *parts)
