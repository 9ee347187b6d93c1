"""`segmock verify`: what it takes, what it prints, and its exit codes."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from client_tests import verify_run
from client_tests.cases import strategies
from client_tests.cases.properties import properties
from client_tests.driver.messages import DriverBrokenError
from client_tests.running.case_execution import make_result
from client_tests.running.results import Report
from client_tests.running.scheduler import KitError
from mockserver.cli import main

REFERENCE = "client_tests.clients.reference:InProcess"
DRIVER = ("verify", "client", "--python", REFERENCE)
CASE = strategies.case([strategies.ask()])


def segmock(*words):
    """Run the command in this process."""
    return CliRunner().invoke(main, words)


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    """What a run saves goes to a folder of its own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def ran(monkeypatch):
    """Let every run end with these results, and tell what was to be run."""
    wanted = []

    def ends(*statuses, **fields):
        """Decide how the run ends."""

        def run(what, progress):
            """End so."""
            wanted.append(what)
            results = tuple(make_result(CASE, status) for status in statuses)
            for number, result in enumerate(results, 1):
                progress(result, number, len(results))
            usual = {"driver": "x", "seed": 0, "examples": 1, "elapsed_s": 1.0}
            return Report(**usual, results=results, profile=what.profile, **fields)

        monkeypatch.setattr(verify_run, "run", run)
        return wanted

    return ends


@pytest.mark.parametrize(
    ("statuses", "fields", "code"),
    [
        (("passed", "not covered"), {}, 0),
        (("not covered",), {}, 1),
        (("passed", "not run"), {}, 3),
        (("passed", "flaky"), {}, 0),
        (("passed",), {"untrue": ("adds is not so",)}, 1),
        (("passed",), {"stale": ("x matches no check",)}, 1),
        ((), {}, 1),
    ],
)
def test_the_exit_code_is_that_of_the_report(ran, statuses, fields, code):
    """Nothing checked, and what was said and is not so, are failures; not all run is its own."""
    ran(*statuses, **fields)
    assert segmock(*DRIVER).exit_code == code


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DriverBrokenError("it says hello"), "the driver is broken: it says hello"),
        (KitError("oh"), "the kit itself has failed"),
    ],
)
def test_what_says_nothing_of_the_client_is_exit_2(monkeypatch, error, words):
    """So that a script can tell a wrong client from a broken driver."""

    def run(*_):
        """End so."""
        raise error

    monkeypatch.setattr(verify_run, "run", run)
    result = segmock(*DRIVER)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_driver_that_breaks_on_the_way_is_exit_2_with_what_was_found(ran):
    """The report comes first, then what the driver said."""
    ran("passed", "not run", broken_driver="'hm' is not JSON")
    result = segmock(*DRIVER)
    assert result.exit_code == 2
    assert "Exit code 2: the driver broke its protocol when 1 of 2 checks had been run." in (
        result.stdout
    )
    assert "the driver is broken: 'hm' is not JSON" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("verify", "client"), "say which client"),
        (("verify", "client", "--driver", "a", "--python", "b:c"), "say which client"),
        ((*DRIVER, "--only", "no/such"), "no check matches"),
        ((*DRIVER, "--skip", "run/stat/*"), "did you mean run/stat"),
        ((*DRIVER, "--budget", "soon"), "neither a number of seconds"),
        ((*DRIVER, "--budget", "0"), "neither a number of seconds"),
        ((*DRIVER, "--feature", "fly"), "fly"),
        ((*DRIVER, "--examples", "0"), "--examples"),
        ((*DRIVER, "--known-failing", "no-such-file"), "no-such-file"),
        ((*DRIVER, "--traits", "no-such-file"), "no-such-file"),
        (("verify", "replay", "no-such-file", "--python", REFERENCE), "no-such-file"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_2(words, said):
    """It says what is wrong with it."""
    result = segmock(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_options_reach_the_run(ran, tmp_path):
    """Each flag does what its help says."""
    known = tmp_path / "known.txt"
    known.write_text("property/gone  # soon\n", encoding="utf-8")
    wanted = ran("passed")
    options = "--only property/gone --only property/st* --feature run --examples 200 --seed 7"
    more = ["--workers", "3", "--timeout-scale", "2", "--known-failing", str(known)]
    result = segmock(*DRIVER, *options.split(), *more, "--folder", str(tmp_path))
    assert result.exit_code == 0
    run = wanted[0]
    assert {each.id for each in run.test_cases} == {"property/gone", "property/states"}
    assert len(run.every_id) > len(run.test_cases)
    assert (run.limits.examples, run.limits.seed, run.workers) == (200, 7, 3)
    assert run.limits.features == {"run"}
    assert run.limits.folder == tmp_path
    assert run.budget_s == 4 * 240
    assert run.known[0].reason == "soon"


def test_checks_can_be_listed():
    """One line for each, and how many there are on stderr."""
    result = segmock("verify", "client", "--list", "--only", "property/*")
    assert result.exit_code == 0
    number = len(properties())
    assert result.stdout.count("\n") == number
    assert "property/states" in result.stdout
    assert f"{number} properties" in result.stderr


def test_reports_are_written(ran, tmp_path):
    """Three of them, in a folder that is there."""
    ran("passed")
    (tmp_path / "deep").mkdir()
    files = [tmp_path / "deep" / name for name in ("r.json", "r.xml", "r.html")]
    flags = ("--json", "--junit", "--html")
    words = [word for pair in zip(flags, map(str, files), strict=True) for word in pair]
    assert segmock(*DRIVER, *words).exit_code == 0
    assert json.loads(files[0].read_text())
    assert files[1].read_text().startswith("<")
    assert "<html" in files[2].read_text()


def test_a_report_that_cannot_be_written_is_exit_2(ran, tmp_path):
    """After the report in the terminal, which is not lost."""
    ran("passed")
    assert segmock(*DRIVER, "--json", str(tmp_path)).exit_code == 2


def test_progress_goes_to_stderr(ran):
    """So that stdout is the report alone."""
    ran(*["passed"] * 10)
    result = segmock(*DRIVER)
    assert "10/10" in result.stderr
    assert "10/10" not in result.stdout


@pytest.mark.parametrize(("outcome", "code"), [("completed", 0), ("failed", 1)])
def test_a_saved_case_is_played_again(tmp_path, outcome, code):
    """And the exit code says whether it passes now."""
    file = tmp_path / "case.json"
    document = CASE.to_json() | {"expect": {"outcomes": [outcome]}}
    file.write_text(json.dumps(document), encoding="utf-8")
    result = segmock("verify", "replay", str(file), "--python", REFERENCE)
    assert result.exit_code == code, result.output
    assert ("It passes" in result.stdout) == (code == 0)


def test_without_the_kit_a_line_says_what_to_install(monkeypatch):
    """The emulator alone brings no Hypothesis."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "client_tests"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    result = segmock("verify", "client", "--list")
    assert result.exit_code == 2
    assert "which comes with segmind-emulator[kit] (pip install " in result.stderr


def test_the_server_starts_without_the_kit():
    """Its start-up imports none of it."""
    code = (
        "import sys; from click.testing import CliRunner; from mockserver.cli import main; "
        "CliRunner().invoke(main, ['serve', '--help']); "
        "print([name for name in sys.modules if name.startswith(('client_tests', 'hypothesis'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_help_teaches():
    """It has examples, and says where to begin."""
    text = segmock("verify", "client", "--help").stdout
    assert "segmock driver new" in text
    assert "--known-failing known.txt" in text


def test_traits_are_listed_as_a_file_that_works(tmp_path, ran):
    """What `verify traits` prints is what --traits takes; the run has it too."""
    file = tmp_path / "traits.toml"
    file.write_text(segmock("verify", "traits").stdout, encoding="utf-8")
    wanted = ran("passed")
    result = segmock(*DRIVER, "--traits", str(file), "--profile", "core", "--profile", "strict")
    assert result.exit_code == 0
    assert [each.kind.name for each in wanted[0].limits.traits][:2] == [
        "retries_polls",
        "waits_out_429",
    ]
    assert "It gives up when a poll goes wrong, seen in 0 checks" in result.stdout


def test_requirements_are_told_fact_by_fact(ran):
    """Before the report, of which the end is what matters."""
    ran("passed")
    told = segmock(*DRIVER, "--requirements").stdout
    assert told.startswith("fact")
    assert told.index("S2     passed") < told.index("Summary")


@pytest.mark.parametrize(
    ("words", "budget_s"),
    [((), 240), (("--budget", "30"), 30), (("--budget", "none"), None)],
)
def test_a_run_may_take_as_long_as_is_said(ran, words, budget_s):
    """Four minutes, so many seconds, or as long as it takes."""
    wanted = ran("passed")
    assert segmock(*DRIVER, *words).exit_code == 0
    assert wanted[0].budget_s == budget_s


def test_checks_can_be_left_out(ran):
    """Those that match, of those that were chosen."""
    wanted = ran("passed")
    segmock(*DRIVER, "--only", "property/*", "--skip", "property/p*", "--skip", "*/gone", "-x")
    ids = {each.id for each in wanted[0].test_cases}
    assert "property/states" in ids
    assert not {"property/poll-faults", "property/gone", "property/params-arrive"} & ids
    assert wanted[0].stop_at_first


def test_what_failed_last_can_be_run_again(monkeypatch):
    """Of checks that were not run since, what is known of them stays."""
    ids = ("run/submit/reset-after-not-repeated", "run/models/instant")
    wanted = []

    def run(what, *_):
        """Let one of them fail, if it is there."""
        wanted.append([each.id for each in what.test_cases])
        results = [
            make_result(each, "failed" if each.id == ids[0] else "passed")
            for each in what.test_cases
        ]
        return Report(driver="x", seed=0, examples=1, elapsed_s=1.0, results=tuple(results))

    monkeypatch.setattr(verify_run, "run", run)
    only = [word for each in ids for word in ("--only", each)]
    none = segmock(*DRIVER, *only, "--last-failed")
    assert "no check is noted in .segmock as failed" in none.stderr
    segmock(*DRIVER, "--only", ids[1])
    segmock(*DRIVER, "--last-failed")
    assert wanted == [list(ids), [ids[1]], [ids[0]]]
    other = segmock(*DRIVER, "--only", ids[1], "--last-failed")
    assert "none of these checks is noted" in other.stderr


def test_each_check_can_be_told_as_it_ends(ran):
    """How it went, how long it took, and its name."""
    ran("passed", "failed")
    lines = segmock(*DRIVER, "-v").stderr.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["1/2", "passed"], ["2/2", "failed"]]


def test_what_happened_in_a_single_case_that_passed_is_shown():
    """Exchange by exchange, on a server of its own."""
    done = segmock(*DRIVER, "--only", "run/models/instant", "-v", "--workers", "1")
    assert done.exit_code == 0, done.output
    assert "passed  run/models/instant: " in done.stdout
    assert "POST /v2/" in done.stdout
    assert "= the client reported, after" in done.stdout


def test_a_badge_and_known_failures_are_written(ran, tmp_path):
    """The badge as a picture, and as JSON where its name says so."""
    ran("passed", "failed")
    files = [tmp_path / name for name in ("badge.svg", "badge.json", "known.txt")]
    flags = ("--badge", "--badge", "--write-known")
    for flag, file in zip(flags, files, strict=True):
        segmock(*DRIVER, flag, str(file))
    assert files[0].read_text().startswith("<svg ")
    assert json.loads(files[1].read_text())["schemaVersion"] == 1
    assert "generated/case  # " in files[2].read_text()


def test_a_file_of_several_cases_is_played_case_by_case(tmp_path):
    """Each is named by its line, whether it passes or not."""
    file = tmp_path / "cases.json"
    wrong = CASE.to_json() | {"id": "generated/other", "expect": {"outcomes": ["failed"]}}
    lines = ",\n\n".join(json.dumps(each) for each in (CASE.to_json(), wrong))
    file.write_text(f'{{"cases": [\n{lines}\n]}}', encoding="utf-8")
    result = segmock("verify", "replay", str(file), "--python", REFERENCE)
    assert result.exit_code == 1
    assert f"It passes: {file}, line 2: generated/case." in result.stdout
    assert f"It has failed: {file}, line 4: generated/other." in result.stdout


@pytest.mark.parametrize(("before", "line"), [("", 2), ("\n\n", 4), ('"x": {"cases": [1]},\n', 3)])
def test_a_case_that_is_wrong_is_named_by_its_line(tmp_path, before, line):
    """So that it is found in a long file."""
    file = tmp_path / "cases.json"
    good, bad = json.dumps(CASE.to_json()), json.dumps(CASE.to_json() | {"level": "MAY"})
    file.write_text(f'{{{before}"cases": [{good},\n{bad}]}}', encoding="utf-8")
    result = segmock("verify", "replay", str(file), "--python", REFERENCE)
    assert result.exit_code == 2
    assert f"{file}, line {line}, case 2: " in result.stderr
