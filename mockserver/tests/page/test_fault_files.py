"""Files of rules: what the page saves is what `segmock` reads, and the other way round."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect

from mockserver.cli import main
from mockserver.contract.catalogue import Catalogue
from mockserver.fault_files import arm_rules
from mockserver.rules.fault_registry import FaultRegistry
from mockserver.tests.conftest import KEY
from mockserver.tests.page.fault_pages import find_rules, list_faults, open_faults

RULES = [
    {"do": {"status": 503, "body": "html"}, "on": {"route": "submit"}, "times": 2},
    {"do": [{"malformed": True}, None, {"status": 502}], "on": {"route": "status"}},
    {"do": {"reset": True}, "when": "after", "probability": 0.5, "skip": 1, "every": 2},
]
KEPT = ("do", "on", "when", "times", "skip", "every", "probability")


@pytest.fixture
def save(visit, tmp_path):
    """Press the button that saves; return where the file is."""

    def press():
        with visit.page.expect_download() as coming:
            visit.page.get_by_role("button", name="Save as a file").click()
        path = tmp_path / coming.value.suggested_filename
        coming.value.save_as(path)
        return path

    return press


def load(page, text, name="faults.json"):
    """Choose a file with this text; return the report of it."""
    file = {"name": name, "mimeType": "application/json", "buffer": text.encode()}
    page.get_by_label("A file of rules").set_input_files(file)
    report = page.locator(".report")
    expect(report).to_contain_text(name)
    return report


def test_segmock_foretells_what_a_saved_file_does(visit, server, save):
    """The command line reads it; its rules are those that were armed."""
    for rule in RULES:
        server.steer("POST", "/_mock/faults", rule)
    open_faults(visit)
    find_rules(visit.page, len(RULES))
    path = save()
    assert path.name == "faults.json"
    told = CliRunner().invoke(main, ["faults", "plan", str(path), "--calls", "3"])
    assert told.exit_code == 0, told.output
    assert [line.split()[1] for line in told.output.splitlines()] == ["fault-1", "fault-1", "-"]
    registry = FaultRegistry(Catalogue(), 0)
    assert arm_rules(path, registry.add) == len(RULES)


def test_a_saved_file_that_is_loaded_arms_the_same_rules(visit, server, save):
    """Every part of them."""
    for rule in RULES:
        server.steer("POST", "/_mock/faults", rule)
    open_faults(visit)
    find_rules(visit.page, len(RULES))
    before = [{name: rule.get(name) for name in KEPT} for rule in list_faults(server)]
    path = save()
    server.steer("DELETE", "/_mock/faults")
    find_rules(visit.page, 0)
    report = load(visit.page, path.read_text(encoding="utf-8"))
    expect(report).to_contain_text("armed 3 rules.")
    find_rules(visit.page, len(RULES))
    assert [{name: rule.get(name) for name in KEPT} for rule in list_faults(server)] == before


def test_no_key_is_written_and_the_page_says_what_that_means(visit, server, save):
    """Keys are shown to nobody: a rule of one account is for every account in the file."""
    server.steer("POST", "/_mock/faults", {**RULES[0], "api_key": KEY})
    open_faults(visit)
    find_rules(visit.page, 1)
    text = save().read_text(encoding="utf-8")
    assert "api_key" not in text
    assert KEY[-4:] not in text
    expect(visit.page.locator("#notes")).to_contain_text("One was for one account alone")


def test_each_rule_of_a_file_that_is_refused_is_told_of_and_the_others_are_armed(visit, server):
    """By its place, with the server's reason and hint."""
    visit.accepted.append("400")
    open_faults(visit)
    rules = [
        RULES[0],
        {"do": {"staus": 503}},
        None,
        7,
        {"do": {"reset": True}, "times": 0},
        RULES[2],
    ]
    report = load(visit.page, json.dumps(rules))
    expect(report).to_contain_text("armed 2 rules, refused 4.")
    lines = report.get_by_role("listitem")
    expect(lines).to_have_count(4)
    expect(lines.nth(0)).to_contain_text('faults[1]: {"staus":503} is no effect')
    expect(lines.nth(0)).to_contain_text("did you mean status?")
    expect(lines.nth(3)).to_contain_text("faults[4]: times is 0")
    assert len(list_faults(server)) == 2
    report.get_by_role("button", name="Dismiss").click()
    expect(report).to_be_empty()


UNREADABLE = {
    "no JSON": "[[faults]]\ndo = {status = 429}\n",
    "no list": '{"fault": []}',
    "a text": '"<script>alert(1)</script>"',
    "null": "null",
    "nothing": "",
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_without_rules_arms_nothing(text, visit, server, check_accessibility):
    """The page says why."""
    open_faults(visit)
    report = load(visit.page, text, name="<img src=x onerror=alert(1)>.json")
    expect(report).to_contain_text("armed 0 rules, refused 1.")
    assert list_faults(server) == []
    check_accessibility(visit.page)
