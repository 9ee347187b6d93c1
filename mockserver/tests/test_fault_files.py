"""Rules for faults from a file: listed, foretold and armed, or refused in one clear line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from mockserver import cli, emulator
from mockserver.contract.catalogue import Catalogue
from mockserver.edges import serve as edge

ROWS = Catalogue().faults
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

    def end(_app, sockets, *_rest):
        for sock in sockets:
            sock.close()

    monkeypatch.setattr(emulator, "Emulator", Recording)
    monkeypatch.setattr(edge, "run", end)
    return lambda: made[-1].control.list_faults(None)["faults"]


def test_the_catalogue_is_listed(run):
    """`faults list` has every effect with its routes, sides, description and example."""
    text = run("faults", "list").stdout
    for row in ROWS:
        assert f"{row.effect}  {' or '.join(row.when)}  {', '.join(row.routes)}\n" in text
        assert row.description in text
        assert json.dumps(row.example, separators=(",", ":")) in text


def test_the_catalogue_can_be_had_as_json(run):
    """`faults list --json` has the rows of the contract."""
    rows = json.loads(run("faults", "list", "--json").stdout)
    assert [row["effect"] for row in rows] == [row.effect for row in ROWS]
    assert all(set(row) >= {"routes", "when", "description", "example"} for row in rows)


@pytest.mark.parametrize("name", FORMS)
def test_a_plan_says_which_calls_are_struck(run, tmp_path, name):
    """`faults plan` tells of each call which rule strikes it with what, in every form of file."""
    (tmp_path / name).write_text(FORMS[name])
    result = run("faults", "plan", name, "--calls", "3")
    assert result.exit_code == 0
    assert result.stdout == '1  -\n2  fault-1  before  {"status":503}\n3  -\n'


def test_a_plan_is_about_the_calls_that_were_named(run, tmp_path):
    """Key, route, model and state decide which rules are about the calls."""
    rules = [
        {"on": {"state": "QUEUED"}, "do": {"expire": True}},
        {"on": {"model": "ideogram-3"}, "do": {"reset": True}},
        {"api_key": "SG_mine", "do": {"close": True}},
    ]
    (tmp_path / "rules.json").write_text(json.dumps(rules))
    for options, struck in {
        (): "-",
        ("--api-key", "SG_mine"): "fault-3",
        ("--model", "ideogram-3"): "fault-2",
        ("--route", "status", "--state", "QUEUED"): "fault-1",
    }.items():
        line = run("faults", "plan", "rules.json", "--calls", "1", *options).stdout
        assert line.split()[1] == struck


def test_the_same_seed_gives_the_same_plan(run, tmp_path):
    """Chance is drawn from the seed."""
    rule = {"do": {"reset": True}, "probability": 0.5}
    (tmp_path / "rules.json").write_text(json.dumps([rule]))
    plans = [
        run("faults", "plan", "rules.json", "--seed", seed, "--calls", "40").stdout
        for seed in ("7", "7", "8")
    ]
    assert plans[0] == plans[1] != plans[2]
    assert 0 < plans[0].count("fault-1") < 40


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--route", "nowhere"], "there is no route 'nowhere' (routes: sync,"),
        (["--state", "ASLEEP"], "there is no state 'ASLEEP' (states: QUEUED,"),
        (["--model", "midjourney"], "there is no model 'midjourney' (models: "),
    ],
)
def test_a_plan_for_calls_that_cannot_be_is_refused(run, tmp_path, options, words):
    """What the options name has to be there."""
    (tmp_path / "rules.json").write_text("[]")
    result = run("faults", "plan", "rules.json", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


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
