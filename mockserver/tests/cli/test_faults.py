"""`segmock faults`: effects are listed, and what a file of rules would do is foretold."""

from __future__ import annotations

import json

import pytest

from mockserver.contract.catalogue import Catalogue

ROWS = Catalogue().faults


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
        (
            ["--model", "midjourney"],
            "there is no model 'midjourney' (`segmock models list` names all ",
        ),
    ],
)
def test_a_plan_for_calls_that_cannot_be_is_refused(run, tmp_path, options, words):
    """What the options name has to be there."""
    (tmp_path / "rules.json").write_text("[]")
    result = run("faults", "plan", "rules.json", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
