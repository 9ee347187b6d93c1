"""Rules for faults from a file: foretold and armed, or refused in one clear line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from mockserver import cli, emulator
from mockserver.edges import serve as edge

RULES = [
    {"on": {"route": "submit"}, "do": {"status": 503}, "skip": 1, "times": 1},
    {"on": {"route": "status"}, "do": [None, {"reset": True}]},
]
TOML = """
[[faults]]
on = { route = "submit" }
do = { status = 503 }
skip = 1
times = 1

[[faults]]
on = { route = "status" }
do = [{ reset = true }]
"""
FORMS = {
    "list.json": json.dumps(RULES),
    "object.json": json.dumps({"faults": RULES}),
    "rules.toml": TOML,
}
BAD = {
    "the_rule": ("[1]", "faults[0]", "Expected `object`"),
    "the_word": ('[{"do": {"reset": true}}, {"do": {"explode": 1}}]', "faults[1]", "no effect"),
    "a_field": ('[{"do": {"reset": true}, "often": 3}]', "faults[0]", "often"),
    "a_slip": ('[\n{"do": {"reset": true}, "tims": 3}]', "line 2: faults[0]", "mean `times`?"),
    "a_line": ('{"faults": [\n\n{"do": {"explode": 1}}]}', "bad.json: line 3: faults[0]: "),
    "the_side": ('[{"do": {"drip": {"bytes": 1, "every_s": 1}}, "when": "before"}]', "faults[0]"),
    "the_route": (
        '{"faults": [{"do": {"reset": true}, "on": {"route": "x"}}]}',
        "faults[0]",
        "'x'",
    ),
    "the_shape": ('{"rules": []}', "no list of rules"),
    "the_syntax": ("[{", "JSON"),
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(cli.main, words, prog_name="segmock")


@pytest.fixture
def armed(monkeypatch):
    """Let `serve` come as far as its server; return the rules that were armed."""
    made = []

    class Recording(emulator.Emulator):
        def __init__(self, **fields):
            super().__init__(**fields)
            made.append(self)

    def end(_app, listeners, *_rest):
        for listener in listeners:
            listener.socket.close()

    monkeypatch.setattr(emulator, "Emulator", Recording)
    monkeypatch.setattr(edge, "run", end)
    return lambda: made[-1].control.faults.list()["faults"]


@pytest.mark.parametrize("name", FORMS)
def test_a_plan_says_which_calls_are_struck(run, tmp_path, name):
    """`faults plan` tells of each call which rule strikes it with what, in every form of file."""
    (tmp_path / name).write_text(FORMS[name])
    result = run("faults", "plan", name, "--calls", "3")
    assert result.exit_code == 0
    assert result.stdout == '1  -\n2  fault-1  before  {"status":503}\n3  -\n'


@pytest.mark.parametrize("name", FORMS)
def test_a_file_is_armed_when_the_server_starts(run, armed, tmp_path, name):
    """`serve --faults FILE` has the rules of the file before it serves."""
    (tmp_path / name).write_text(FORMS[name])
    result = run("serve", "--port", "0", "--faults", name)
    assert (result.exit_code, result.stderr) == (0, "")
    assert [rule["on"]["route"] for rule in armed()] == ["submit", "status"]


def test_the_file_can_be_named_by_the_environment_or_the_settings_file(run, armed, tmp_path):
    """`faults = FILE` in segmock.toml is the same as the flag."""
    (tmp_path / "rules.toml").write_text(TOML)
    (tmp_path / "segmock.toml").write_text('port = 0\nfaults = "rules.toml"')
    assert run("serve").exit_code == 0
    assert len(armed()) == 2


@pytest.mark.usefixtures("armed")
@pytest.mark.parametrize("command", [["faults", "plan"], ["serve", "--port", "0", "--faults"]])
@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_one_line_that_names_file_and_index(run, tmp_path, command, case):
    """A rule that cannot be is refused before anything is served."""
    text, *parts = BAD[case]
    (tmp_path / "bad.json").write_text(text)
    result = run(*command, "bad.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("segmock: bad.json: ")
    assert result.stderr.count("\n") == 1
    assert all(part in result.stderr for part in parts)


@pytest.mark.parametrize(
    ("name", "text"), [("none.json", None), ("bad.toml", "[[faults"), ("x.json", b"\xff\xfe")]
)
def test_a_file_that_cannot_be_read_is_refused(run, tmp_path, name, text):
    """A file that is missing or is neither JSON nor TOML is one line as well."""
    if text is not None:
        (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    result = run("faults", "plan", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"segmock: {name}: ")
    assert result.stderr.count("\n") == 1


def test_the_line_of_a_rule_in_toml_is_told(run, tmp_path):
    """That of its header, or of the list that it is in."""
    (tmp_path / "tables.toml").write_text(f"{TOML}\n[[faults]]\ndo = {{ explode = 1 }}")
    (tmp_path / "list.toml").write_text("\nfaults = [\n{ do = 1 }]")
    assert "tables.toml: line 12: faults[2]: " in run("faults", "plan", "tables.toml").stderr
    assert "list.toml: line 2: faults[0]: " in run("faults", "plan", "list.toml").stderr
