"""Reports tell everything, to whom they are for, whatever a client says in them."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from importlib.resources import files
from itertools import combinations, pairwise
from operator import attrgetter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from client_tests.cases.model import Case, Effect
from client_tests.cases.profiles import PROFILES
from client_tests.driver.messages import OPERATIONS, OUTCOMES
from client_tests.judging.violations import Violation
from client_tests.reports import html, json_report, junit, summary, terminal, verdict
from client_tests.reports.exchange_lines import Gap, Step
from client_tests.reports.facts import UNKNOWN, facts_of, statement
from client_tests.reports.findings import find_findings
from client_tests.reports.text import cells, clip, flat, pad, visible, wrap
from client_tests.reports.timeline import describe_fault, render_lines, timeline
from client_tests.running.results import Failure, Report, Result, TraitSeen
from client_tests.schemas import find_problem, validator
from mockserver.tests.kit.reporting import (
    LOST,
    TWICE,
    case,
    exchange,
    failure,
    observation,
    report,
    result,
    submit,
)

# --- Reports in which anything is said ------------------------------------------------------

NASTY = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "</style></title><!-- ]]> &amp; &#0;",
    "\x1b[31mred\x1b[0m\r\x00\x07\x85\u2028",
    "\u202eevil\u2066 \ufeff\ufffe\ud800",
    "שלום עולם مرحبا",
    "漢字" * 60,
    "w" * 300,
    "https://example.test/a?b=c&d $title ${x} %s {0}",
    "one\ntwo\n\nthree\tfour",
    "",
)


texts = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=()), max_size=30)
facts = st.lists(st.sampled_from(["S2", "T4", "R7"]), min_size=1, max_size=3).map(tuple)
levels = st.sampled_from(["MUST", "SHOULD"])
effects = st.builds(
    Effect,
    route=st.sampled_from(["submit", "status"]),
    ordinal=st.integers(0, 3),
    do=st.sampled_from([{"reset": True}, {"status": 503, "body": "text:<b>"}, {"delay_s": 0.2}]),
    when=st.sampled_from([None, "before", "after"]),
)
violations = st.builds(
    Violation, texts, levels, texts, facts, st.lists(st.integers(1, 4), max_size=3).map(tuple)
)


@st.composite
def exchanges(draw, seq):
    """An exchange in which anything may have been said."""
    body = draw(
        st.none() | texts | st.fixed_dictionaries({}, optional={"status": texts, "error": texts})
    )
    status = draw(st.sampled_from([None, 200, 422, 503]))
    make = draw(st.sampled_from([submit, exchange]))
    delivery = "lost" if status is None else draw(st.sampled_from(["intact", "damaged", "lost"]))
    fault = draw(st.booleans())
    given = {"path": "/" + draw(texts), "method": draw(st.sampled_from(["GET", "PO<ST"]))}
    return make(
        seq, at_s=seq / 9, status=status, delivery=delivery, body=body, fault=fault, **given
    )


@st.composite
def failures(draw):
    """A failure in which anything may have been said."""
    number = draw(st.integers(0, 5))
    shown = [draw(exchanges(seq)) for seq in range(1, number + 1)]
    found = tuple(draw(st.lists(violations, min_size=1, max_size=3)))
    problem = draw(st.none() | texts.filter(bool))
    told = observation(
        *shown,
        outcome=draw(st.sampled_from(OUTCOMES)),
        error=draw(st.none() | texts),
        problem=problem,
        verdicts=({"id": found[0].assertion, "explanation": draw(texts)},),
    )
    played = case(*draw(st.lists(effects, max_size=3)), title=draw(texts), id=draw(texts))
    file = draw(st.none() | st.just(Path("a folder/it's.json")))
    return Failure(case=played, violations=found, trace=told, file=file)


@st.composite
def results(draw):
    """A check of which anything may have become."""
    status = draw(st.sampled_from(["passed", "failed", "flaky", "not covered", "not run"]))
    is_failed = status in {"failed", "flaky"}
    return Result(
        id=draw(texts | st.sampled_from(["run/status/a", "credits/b"])),
        kind=draw(st.sampled_from(["case", "property"])),
        title=draw(texts),
        level=draw(levels),
        facts=draw(facts),
        feature=draw(st.sampled_from(OPERATIONS)),
        status=status,
        failure=draw(st.none() | failures()) if is_failed else None,
        advice=tuple(draw(st.lists(violations, max_size=1))) if status == "passed" else (),
        known=draw(st.none() | texts) if status == "failed" else None,
        declared=draw(st.none() | st.just("retries_polls")) if status == "failed" else None,
    )


seen_traits = st.builds(TraitSeen, name=texts, words=texts, reason=texts, count=st.integers(0, 9))
reports = st.builds(
    Report,
    driver=texts,
    seed=st.integers(),
    examples=st.integers(0, 9),
    elapsed_s=st.floats(0, 1e3),
    # No two checks have one id: links lead to them by it.
    results=st.lists(results(), max_size=4, unique_by=attrgetter("id")).map(tuple),
    stale=st.lists(texts, max_size=2).map(tuple),
    version=texts,
    notes=st.lists(texts, max_size=2).map(tuple),
    profile=st.sampled_from(PROFILES),
    traits=st.lists(seen_traits, max_size=2).map(tuple),
    untrue=st.lists(texts, max_size=2).map(tuple),
)

SPECIAL = {
    "empty": report(),
    "only known failures": report(result(known="ticket 17")),
    "nothing run": report(result(status="not run"), result("b", "not covered")),
    "a stale line": report(result(status="passed"), stale=("run/x  # gone",)),
    "all passed": report(result(status="passed"), result("run/b", "passed")),
    "a failure that nobody saw": report(result(failure=None)),
    "only a SHOULD": report(result(level="SHOULD")),
    "not all run": report(result(status="passed"), result("run/b", "not run")),
    "beyond the profile": report(result(), result("run/b", "passed"), profile="core"),
    "only a declared trait": report(result(declared="retries_polls"), result("run/b", "passed")),
    "an untrue trait": report(result(status="passed"), untrue=("adds is not so",)),
    "only flaky": report(result(status="flaky", failure=failure(), plays=3)),
}
special = pytest.mark.parametrize("made", SPECIAL.values(), ids=SPECIAL)


# --- The timeline -------------------------------------------------------------------------


def test_a_timeline_tells_what_was_asked_what_came_and_what_struck():
    """The exchanges that a complaint points at are marked with its number."""
    told = timeline(failure().case, failure().trace, [TWICE])
    first, second, third = told.items
    assert (first.answer, first.fault, first.marks) == ("no answer: reset", "reset, after", (1,))
    assert (second.answer, second.fault, second.marks) == ("200 QUEUED", None, (1,))
    assert (third.at_ms, third.state, third.marks) == (5.0, "QUEUED", ())
    assert [end.words for end in told.ends] == ["reported, after 85 ms, completed"]
    assert [" ".join(line.split()) for line in render_lines(told)[:2]] == [
        "> #1 0 ms POST /v2/ideogram-3 → no answer: reset",
        "^ fault: reset, after",
    ]


def test_faults_strike_in_the_order_of_their_ordinals_on_each_route():
    """A fault that had no occasion is told at the end."""
    behaviour = (
        Effect(route="status", ordinal=4, do={"close": True}),
        Effect(route="status", ordinal=1, do={"status": 503, "body": "html"}, when="before"),
        LOST,
    )
    shown = [exchange(1), exchange(2, fault=True, status=503), exchange(3)]
    told = timeline(case(*behaviour), observation(*shown))
    assert [step.fault for step in told.items] == [None, "status 503 html, before", None]
    assert set(told.idle) == {"status, call 5: close", "submit, call 1: reset, after"}


@pytest.mark.parametrize(
    ("do", "words"),
    [
        ({"status": 503, "body": "html"}, "status 503 html"),
        ({"state": "FAILED", "error": "Nope."}, "state FAILED Nope."),
        ({"delay_s": 2.5}, "delay 2.5 s"),
        ({"drip": {"bytes": 20, "every_s": 0.05}}, "drip 20 bytes every 0.05 s"),
        ({"truncate_bytes": 25}, "truncate bytes 25"),
        ({"opaque_urls": True}, "opaque urls"),
        ({"drop_fields": ["metrics"]}, 'drop fields ["metrics"]'),
        ({"unknown_state": "A\x1bB"}, r"unknown state A\u001bB"),
    ],
)
def test_a_fault_is_told_in_words(do, words):
    """Every effect of the emulator has some."""
    assert describe_fault(Effect(route="status", ordinal=0, do=do)) == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"body": {"binary": True, "bytes": 12}}, "200 application/json, 12 bytes"),
        ({"body": ""}, "200 empty"),
        ({"body": "<html>"}, "200 application/json"),
        ({"status": 406, "body": {"error": "No credits."}}, "406 “No credits.”"),
        ({"delivery": "damaged", "body": {}}, "200 (damaged)"),
        ({"status": None, "delivery": "lost"}, "no answer: lost"),
    ],
)
def test_an_answer_is_told_in_words(given, words):
    """Its status, and what its body is."""
    (step,) = timeline(case(), observation(exchange(1, **given))).items
    assert step.answer == words


def test_a_long_wait_is_folded():
    """Of polls that say the same the first and the last are shown, and how many are between."""
    shown = [submit(1), *(exchange(seq, at_s=seq / 50) for seq in range(2, 22))]
    told = timeline(case(), observation(*shown))
    assert [type(item) for item in told.items] == [Step, Step, Gap, Step]
    assert told.items[2].words == "18 more like it, until 400 ms"
    assert any("18 more" in line for line in render_lines(told))


def test_a_storm_of_requests_is_cut():
    """No report grows with the number of requests that a bad client makes."""
    shown = [exchange(seq, path=f"/{seq}", at_s=seq / 1000) for seq in range(5000)]
    told = timeline(case(), observation(*shown)).items
    (gap,) = [item for item in told if isinstance(item, Gap)]
    assert (len(told), gap.count) == (61, 4940)


# --- JSON ---------------------------------------------------------------------------------


@given(reports)
def test_json_is_as_its_schema_says(made):
    """It can be written, and read again."""
    document = json_report.document(made)
    assert find_problem("report", document) is None
    assert json.loads(json.dumps(document)) == document


@special
def test_json_of_special_reports(made):
    """The same for reports in which something is missing."""
    document = json_report.document(made)
    assert find_problem("report", document) is None
    assert document["exit_code"] == made.exit_code
    assert sum(document["counts"].values()) == len(made.results) == len(document["checks"])


def test_json_has_everything_about_a_failure():
    """The case can be played again from it, and the facts are there in words."""
    document = json_report.document(report(result()))
    (test_case,) = document["checks"]
    assert Case.from_json(test_case["failure"]["case"]) == failure().case
    assert test_case["failure"]["complaints"][0]["message"] == TWICE.message
    assert set(document["facts"]) == {"S2", "R2"} == set(test_case["facts"])
    assert UNKNOWN not in document["facts"].values()
    assert test_case["reproduce"].startswith("segmock verify replay f/case.json --driver ")


def test_each_field_of_the_schema_is_described():
    """Whoever reads the document finds what each field means."""
    schema = validator("report").schema

    def undescribed(part, where):
        for name, field in part.get("properties", {}).items():
            yield from [] if "description" in field else [f"{where}.{name}"]
            yield from undescribed(field, f"{where}.{name}")

    parts = {"report": schema, **schema["$defs"]}
    assert [each for name, part in parts.items() for each in undescribed(part, name)] == []
    assert all("description" in part for part in parts.values())


# --- JUnit --------------------------------------------------------------------------------


def count(element, tag):
    """How many elements of a kind there are within another."""
    return str(len(list(element.iter(tag))))


def check_junit(made):
    """JUnit parses, its counts agree, and it is red just if the exit code is."""
    root = ET.fromstring(junit.render(made).encode())
    assert root.tag == "testsuites"
    for element in [root, *root.iter("testsuite")]:
        for name, tag in [("tests", "testcase"), ("failures", "failure"), ("errors", "error")]:
            assert element.get(name) == count(element, tag)
        assert element.get("skipped") == count(element, "skipped")
    assert root.get("failures") == str(len(made.broken))
    is_red = root.get("failures") != "0" or root.get("errors") != "0"
    assert is_red == bool(made.exit_code)
    names = Counter(each.get("name") for each in root.iter("testcase"))
    assert not Counter(visible(each.id) for each in made.results) - names
    return root


@given(reports)
def test_junit_parses_and_its_counts_agree(made):
    """Control characters and lone surrogates are no XML: they are spelled out."""
    check_junit(made)


@special
def test_junit_of_special_reports(made):
    """The same for reports in which something is missing."""
    check_junit(made)


def test_junit_shows_the_timeline_and_why_a_check_was_skipped():
    """A CI system shows these without the other reports."""
    known = result("run/known", known="ticket 17")
    root = check_junit(report(result(), known, result("run/c", "not covered")))
    (failed,) = root.iter("failure")
    assert TWICE.message in failed.text
    assert "segmock verify replay f/case.json" in failed.text
    assert "no answer: reset" in next(root.iter("system-out")).text
    reasons = [each.get("message") for each in root.iter("skipped")]
    assert reasons == ["known to fail: ticket 17", "not covered: the driver lacks run"]


# --- HTML ---------------------------------------------------------------------------------


def _words(text):
    return frozenset(text.split())


class Page(HTMLParser):
    """Reads a page: its elements have to be closed in order, and be among those expected."""

    VOID = frozenset({"meta", "input"})
    KNOWN = VOID | _words(
        "html head title style body a header h1 h2 h3 h4 p dl dt dd fieldset legend label nav ul "
        "ol li main section article table caption thead tbody tr th td span b bdi code pre div "
        "details summary footer"
    )
    ATTRIBUTES = _words(
        "lang charset name content http-equiv class href id aria-label aria-labelledby aria-hidden "
        "title type checked for scope tabindex data-label"
    )

    def __init__(self, source):
        super().__init__()
        self.open, self.ids, self.links, self.texts, self.headings = [], [], [], [], []
        self.used = Counter()
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        """Take an element that is expected, with attributes that are."""
        assert tag in self.KNOWN, tag
        self.used[tag] += 1
        if tag not in self.VOID:
            self.open.append(tag)
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(int(tag[1]))
        for name, value in attrs:
            assert name in self.ATTRIBUTES, name
            if name == "id":
                self.ids.append(value)
            if name == "href":
                assert value.startswith("#")
                self.links.append(value[1:])
            if name in {"aria-labelledby", "for"}:
                self.links.append(value)

    def handle_endtag(self, tag):
        """Close the element that is open."""
        assert self.open.pop() == tag

    def handle_comment(self, data):
        """Refuse comments: the page has none."""
        raise AssertionError(data)

    def handle_data(self, data):
        """Take what is there to be read."""
        if self.open[-1:] != ["style"]:
            self.texts.append(data)

    @property
    def text(self):
        """Everything that is there to be read."""
        return "".join(self.texts)


def check_html(made):
    """The page is well-formed, its links resolve, and it loads nothing."""
    source = html.render(made)
    source.encode()
    page = Page(source)
    assert len(page.ids) == len(set(page.ids))
    assert set(page.links) <= set(page.ids)
    assert page.used["h1"] == page.used["main"] == page.used["nav"] == 1
    assert all(after <= before + 1 for before, after in pairwise(page.headings))
    for told in (made.driver, *made.stale, *made.notes, *(each.title for each in made.results)):
        assert visible(told) in page.text
    assert all(visible(each.cause.title) in page.text for each in find_findings(made))
    for each in made.results:
        said = [violation.message for violation in each.failure.violations] if each.failure else []
        for message in said:
            assert visible(message) in page.text
    return page


@given(reports)
def test_html_is_well_formed_and_everything_in_it_is_text(made):
    """Nothing that a client says becomes an element, an attribute or a link."""
    check_html(made)


@special
def test_html_of_special_reports(made):
    """The same for reports in which something is missing."""
    check_html(made)


def test_html_draws_a_failure():
    """The exchanges, the fault, the complaint that points at them, the fact and the command."""
    page = check_html(report(result(), result("run/known", known="ticket 17")))
    for told in (
        "no answer: reset",
        "fault: reset, after",
        TWICE.message,
        statement("S2"),
        "segmock verify replay f/case.json",
        "Known: ticket 17",
        '"route": "submit"',
    ):
        assert told in page.text
    assert "complaint-0-1" in page.links


def test_html_is_made_from_the_json_alone():
    """So whoever has the one can make the other."""
    made = report(result(), result("b", "passed", advice=(TWICE,)))
    document = json.loads(json.dumps(json_report.document(made)))
    assert html.render_page(document) == html.render(made)


def test_the_page_names_no_other_file():
    """Neither its style nor its frame loads anything."""
    for name in ("page.css", "page.html"):
        source = (files("client_tests.reports") / name).read_text(encoding="utf-8")
        assert not re.search(r"url\(|@import|https?:|src=|<script", source)


def luminance(colour):
    """How bright a colour is, as WCAG 2 has it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    """How far two colours are apart."""
    dark, bright = sorted([luminance(one), luminance(other)])
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_have_the_contrast_that_wcag_asks_for(scheme):
    """4.5 for text, on each ground on which it stands, and 3 for lines."""
    source = (files("client_tests.reports") / "page.css").read_text(encoding="utf-8")
    block = re.findall(r":root \{.*?\}", source, re.DOTALL)[scheme]
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
    for ground in ("page", "panel", "tint"):
        for name in ("text", "muted", "link", "bad", "warn", "good"):
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
        assert contrast(colours["line"], colours[ground]) >= 3, ground
    assert contrast(colours["on"], colours["bad"]) >= 4.5


# --- The terminal -------------------------------------------------------------------------


def squeezed(text):
    """A text without its spaces, so that it is found however it was broken."""
    return "".join(text.split())


def check_terminal(made, width):
    """Lines fit, and each finding, its facts and the command to see it again are there."""
    text = terminal.render(made, width=width)
    findings = find_findings(made)
    shown = [each.shown_by for each in findings]
    commands = {part for each in shown for part in summary.reproduction(made, each)}
    for line in text.split("\n"):
        assert cells(line) <= width or line.strip().removesuffix(" \\") in command_lines(commands)
        assert visible(line) == line
    whole = squeezed(text)
    for each in findings:
        first = each.shown_by
        kind = "flaky" if each.kind == "flaky" else "fail"
        assert squeezed(f"{each.level} {kind} {visible(first.id)}") in whole
        assert all(squeezed(statement(fact)) in whole for fact in facts_of(first))
        assert squeezed(" \\ ".join(summary.reproduction(made, first))) in whole
        assert squeezed(visible(each.cause.title)) in whole
    assert squeezed(verdict.verdict(made)) in whole
    assert all(squeezed(visible(line)) in whole for line in (*made.stale, *made.untrue))
    return text


def command_lines(parts):
    """The lines of commands."""
    return {line.strip() for part in parts for line in part.split("\n")}


@given(reports, st.integers(60, 130))
def test_the_terminal_shows_each_failure_within_its_width(made, width):
    """Commands alone may be longer: a broken one cannot be copied."""
    check_terminal(made, width)


@special
def test_the_terminal_shows_special_reports(made):
    """The same for reports in which something is missing."""
    check_terminal(made, 100)


def test_the_terminal_tells_a_failure_as_a_compiler_does():
    """Headline, complaint, place, fact, command: in this order."""
    text = check_terminal(report(result()), 100)
    parts = [
        "MUST fail  run/submit/reset: A run is not sent twice",
        "cause: Makes another run for one call, after an answer was lost [submits-again:",
        "[1] 2 runs were asked for",
        "  >    #1       0 ms  POST /v2/ideogram-3",
        "^ fault: reset, after",
        "^ see [1]",
        "the client reported, after 85 ms, completed",
        "fact S2: No two POSTs",
        "segmock verify replay f/case.json \\\n      --driver \"node 'my client.js'\"",
        "1. Makes another run for one call, after an answer was lost (MUST, core, 1 check)",
        "Exit code 1: core does not hold: 1 MUST check failed, by 1 cause.",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_the_terminal_groups_advice():
    """What a client does wrong everywhere is said once."""
    late = Violation("polled-after", "SHOULD", "Stop after the end.", ("T4",), (3,))
    passed = [result(f"run/{name}", "passed", advice=(late,)) for name in "abcde"]
    text = check_terminal(report(*passed), 100)
    assert text.count("Stop after the end.") == 1
    assert "run/a, run/b, run/c and 2 more" in text


def test_colour_is_there_on_demand_only():
    """And changes nothing but the colours."""
    made = report(result(), stale=("x",))
    plain, painted = terminal.render(made), terminal.render(made, colour=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain != painted


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400), texts)
def test_progress_is_one_line_of_one_width(done, more, failed, current):
    """So that it covers the one before."""
    line = terminal.progress(done, done + more, failed, current)
    assert cells(line) == terminal.PROGRESS_WIDTH
    assert visible(line) == line
    assert "\n" not in line
    assert line.startswith("[")
    assert f"{done}/{done + more}  {failed} failed" in line


# --- Numbers, sentences, commands ---------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("empty", "Exit code 1: nothing was checked."),
        ("only known failures", "0: every MUST that was checked held, but for 1 known failure."),
        ("nothing run", "1: nothing was checked, and 1 check was not run."),
        ("a stale line", "1: 1 line of --known-failing no longer holds true."),
        ("all passed", "Exit code 0: every MUST that was checked held."),
        ("a failure that nobody saw", "1: core does not hold: 1 MUST check failed, by 1 cause."),
        ("not all run", "Exit code 3: 1 check was not run; every MUST that was checked held."),
        ("only a declared trait", "checked held, but for 1 failure of declared traits."),
        ("an untrue trait", "Exit code 1: 1 trait of --traits is not so."),
        ("only flaky", "0: every MUST that was checked held, but for 1 check that was flaky."),
    ],
)
def test_the_verdict_says_what_the_exit_code_means(name, words):
    """In a sentence."""
    assert words in verdict.verdict(SPECIAL[name])


@given(reports)
def test_the_verdict_names_a_reason_just_if_there_is_one(made):
    """A run is never red without a reason."""
    words = verdict.verdict(made)
    assert words.startswith(f"Exit code {made.exit_code}: ")
    assert ("that was checked held" in words) == (made.exit_code in {0, 3})


def test_a_case_without_a_file_is_run_by_its_name():
    """And a client that is a Python object is named as one."""
    unsaved = dataclasses.replace(result(), failure=failure(file=None))
    made = report(unsaved, driver="my.client:Client")
    assert " ".join(summary.reproduction(made, unsaved)) == (
        "segmock verify client --python my.client:Client --only run/submit/reset "
        "--seed 7 --examples 100"
    )


def test_checks_are_grouped_by_feature_and_topic():
    """As their names say."""
    names = {"run/status/reset": "run / status", "run/plain": "run", "other/x": "run / other"}
    assert {name: summary.group_of(result(name)) for name in names} == names


def test_the_register_is_read_without_the_emulator():
    """The kit sees the emulator from outside only."""
    program = (
        "import sys; from client_tests.reports.facts import statement; print(statement('S2'));"
        "assert not any(name.split('.')[0] == 'mockserver' for name in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("No two POSTs")
    assert statement("Z99") == UNKNOWN


# --- Texts --------------------------------------------------------------------------------


@given(texts)
def test_what_cannot_be_seen_is_spelled_out_as_json_would(text):
    """So a string of JSON stays one."""
    trace = visible(text)
    trace.encode()
    assert visible(trace) == trace
    assert json.loads(visible(json.dumps(text, ensure_ascii=False))) == text


@given(texts, st.integers(2, 40))
@example("漢字漢", 2)
def test_wrapped_lines_fit_and_lose_nothing(text, width):
    """Even where a word is longer than a line, or its signs are wide."""
    found = wrap(text, width)
    assert all(cells(line) <= width for line in found)
    assert squeezed("".join(found)) == squeezed(visible(text))
    assert cells(pad(flat(text), width)) == width
    assert cells(clip(flat(text), width)) <= width


def test_nasty_texts_differ():
    """The samples are worth having."""
    assert all(visible(one) != visible(other) for one, other in combinations(NASTY, 2))
