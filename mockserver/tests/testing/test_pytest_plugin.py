"""The pytest plugin as its users have it: pytest runs inside of pytest, with tests like theirs."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

import httpx
import httpx2
import pytest
import respx
import segmind
import uvicorn

from mockserver import Emulator
from mockserver.handles.control_client import HttpControlClient
from mockserver.testing.sessions import make_key
from mockserver.tests.test_emulator import list_modules_after

LOADED_BEFORE = (httpx, httpx2, respx, segmind, uvicorn)
"""Pytest forgets what the inner run imports, and not everything may be imported twice."""

HEAVY = ("PIL", "httpx", "httpx2", "hypothesis", "msgspec", "respx", "starlette", "uvicorn")

HELP = """
import httpx

PROMPT = {"prompt": "A paper boat in a puddle"}

def call(world, method, path, **options):
    headers = {"x-api-key": world.api_key}
    with httpx.Client(base_url=world.url, headers=headers, verify=False, timeout=600) as client:
        return client.request(method, path, **options)

def break_a_rule(world):
    for _ in range(2):
        call(world, "POST", "/v2/painter", json=PROMPT)
"""


STEER_PYTEST = ("PYTEST_ADDOPTS", "CI", "BUILD_NUMBER")
"""What changes which tests pytest runs, and how much it prints of a failure."""


@pytest.fixture
def run(pytester, monkeypatch):
    """Run pytest on a test file; check how many passed, failed, …; return its output."""
    own = ("SEGMOCK_URL", "SEGMOCK_EXEC", "SEGMOCK_ADMIN_TOKEN", "SEGMIND_API_KEY")
    for name in (*own, *STEER_PYTEST):
        monkeypatch.delenv(name, raising=False)
    pytester.makepyfile(helping=HELP)

    def run(code: str, *flags: str, is_apart: bool = False, **outcomes: int) -> str:
        pytester.makepyfile(test_it="from helping import *\nimport pytest\n" + code)
        start = pytester.runpytest_inprocess
        if is_apart:  # pytest-xdist needs processes; plugins that are of no concern take time
            start = pytester.runpytest_subprocess
            monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
            flags = ("-p", "xdist", "-p", "mockserver.testing.pytest_plugin", *flags)
        result = start("-p", "no:cacheprovider", "-W", "error", *flags)
        result.assert_outcomes(**outcomes)
        return result.stdout.str() + result.stderr.str()

    return run


@pytest.fixture
def lines(pytester):
    """What the inner tests have noted with `note`, line by line."""
    (pytester.path / "helping_notes.py").write_text(
        "def note(*words):\n"
        "    with open('notes', 'a') as notes:\n"
        "        print(*words, file=notes)\n"
    )

    def read() -> list[str]:
        notes = pytester.path / "notes"
        return notes.read_text().splitlines() if notes.exists() else []

    return read


NOTING = "from helping_notes import note\n"


# The fixtures


def test_every_test_has_a_fresh_account_on_one_server(run, lines):
    """Keys differ from test to test, the server does not, and nothing is left over."""
    code = """
@pytest.mark.parametrize("number", [1, 2])
def test_it(segmock, segmock_server, number):
    assert segmock.url == segmock_server.url
    assert segmock.base_url == segmock.url + "/v1"
    assert (segmock.requests, segmock.jobs, segmock.clock.mode) == ([], [], "auto")
    assert call(segmock, "GET", "/v1/get-user-credits").json()["credits"] == 100
    assert len(segmock.requests) == 1
    note(segmock.url, segmock.api_key)
"""
    run(NOTING + code, passed=2)
    [(one, key), (other, other_key)] = [line.split() for line in lines()]
    assert one == other
    assert key != other_key


def test_a_key_is_the_same_from_run_to_run(run, lines):
    """It is made from the test's own id, and from the worker's."""
    code = NOTING + "def test_it(segmock):\n    note(segmock.api_key)\n"
    for _ in range(2):
        run(code, passed=1)
    assert lines() == [make_key("test_it.py::test_it", "master")] * 2


def test_a_job_runs_through_its_states(run):
    """Each poll is a step, and everything about the account is at hand."""
    code = """
def test_it(segmock):
    segmock.faults.add({"status": 503}, "status", times=1)
    job = call(segmock, "POST", "/v2/ideogram-3", json=PROMPT).json()
    polls = [call(segmock, "GET", job["status_url"]) for _ in range(4)]
    assert [poll.status_code for poll in polls] == [503, 200, 200, 200]
    assert call(segmock, "GET", job["response_url"]).json()["status"] == "COMPLETED"
    assert [job["state"] for job in segmock.jobs] == ["COMPLETED"]
    assert len(segmock.requests) == 6
    assert segmock.verdicts == []
    segmock.clock.advance(3600)
    assert call(segmock, "GET", job["response_url"]).status_code == 404
"""
    run(code, passed=1)


def test_respx_reaches_an_account_at_the_vendors_hosts(run):
    """No base URL, no server; the router is there for routes of one's own."""
    code = """
import httpx, httpx2, segmind

def test_sdk(segmock_respx, monkeypatch):
    with segmock_respx.env, segmock_respx.sleepless():
        assert segmind.run("ideogram-3", **PROMPT)["status"] == "COMPLETED"
    assert segmock_respx.url == "https://api.segmind.com"
    assert segmock_respx.clock.mode == "auto"

def test_router(segmock_respx):
    segmock_respx.router.get("https://example.com/").respond(418)
    assert httpx.get("https://example.com/", verify=False).status_code == 418
    assert segmock_respx.requests == []

def test_httpx2(segmock_respx):
    url, key = segmock_respx.url + "/v1/get-user-credits", {"x-api-key": segmock_respx.api_key}
    segmock_respx.faults.add({"close": True}, "credits", times=1)
    with httpx2.Client(headers=key, verify=False) as client:
        with pytest.raises(httpx2.RemoteProtocolError):
            client.get(url)
        assert client.get(url).json()["credits"] == 100
    assert [exchange["status"] for exchange in segmock_respx.requests] == [None, 200]

def test_respx_mock_beside_it(segmock_respx, respx_mock):
    respx_mock.get("https://example.com/").respond(418)
    assert httpx.get("https://example.com/", verify=False).status_code == 418
    assert call(segmock_respx, "GET", "/v1/get-user-credits").json()["credits"] == 100

def test_afterwards():
    import respx
    assert respx.mocks.HTTPCoreMocker.routers == []
"""
    run(code, passed=5)


@pytest.mark.parametrize("key", [None, "SG_5omebody5omebod"], ids=["no key", "another key"])
def test_what_the_sdk_runs_by_itself_is_on_the_tests_account(run, monkeypatch, key):
    """`segmind.run` uses the key of the account, whichever is set outside, if any is."""
    if key is not None:
        monkeypatch.setenv("SEGMIND_API_KEY", key)
    monkeypatch.setattr(segmind, "_default_client", None)
    outside = segmind._get_client() if key else None
    code = """
import segmind

@pytest.mark.parametrize("time", [1, 2])
def test_it(segmock_respx, time):
    with segmock_respx.sleepless():
        assert segmind.run("ideogram-3", prompt="A boat")["output"]
    assert segmind._get_client().api_key == segmock_respx.api_key
    assert len(segmock_respx.account["ledger"]) == 1

def test_inside_another(segmock_respx):
    with segmock_respx.env:
        pass
    assert segmind._get_client().api_key == segmock_respx.api_key
"""
    run(code, passed=3)
    assert os.environ.get("SEGMIND_API_KEY") == key
    assert segmind._default_client is outside
    if outside is not None:
        assert not outside._client.is_closed
        outside._client.close()


@pytest.mark.parametrize("is_apart", [False, True], ids=["in process", "xdist"])
def test_the_fixtures_work_where_there_is_a_proxy(run, monkeypatch, tmp_path, is_apart):
    """What the plugin asks goes past it, and `.env` takes the client past it."""
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / "netrc").write_text("default login someone password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")
    code = """
def test_served(segmock):
    with segmock.env:
        assert call(segmock, "GET", "/v1/get-user-credits").is_success
    assert [exchange["status"] for exchange in segmock.requests] == [200]

def test_in_process(segmock_respx):
    for url in ("https://api.segmind.com", "http://api.segmind.com"):
        segmock_respx.url = url
        assert call(segmock_respx, "GET", "/v1/get-user-credits").is_success
    assert len(segmock_respx.requests) == 2
"""
    run(code, *(["-n", "2"] if is_apart else []), is_apart=is_apart, passed=2)


def test_both_kinds_can_be_in_one_test(run):
    """They are two accounts of two emulators, and each is held to the rules."""
    code = """
def test_it(segmock, segmock_respx):
    break_a_rule(segmock_respx)
    assert segmock.requests == []
    assert False
"""
    told = run(code, failed=1, errors=1)
    assert told.count("segmock: what the client asked") == 2


def test_the_marker_says_what_the_account_is(run):
    """On a class and on a test; the nearer one outranks the other."""
    code = """
@pytest.mark.segmock(plan="free", credits=3)
class TestIt:
    @pytest.mark.segmock(credits=0.5)
    def test_near(self, segmock):
        assert (segmock.account["plan"], segmock.account["credits"]) == ("free", 0.5)

    def test_far(self, segmock_respx):
        assert segmock_respx.account["credits"] == 3

@pytest.mark.segmock(colour="red")
def test_wrong(segmock):
    pass
"""
    told = run(code, "--strict-markers", passed=2, errors=1)
    assert "colour" in told


# Keys of nobody's

WRONG = """
def stray(world, key):
    with httpx.Client(base_url=world.url, verify=False) as client:
        client.post("/v2/ideogram-3", json=PROMPT, headers={"x-api-key": key} if key else {})

def test_wrong(WORLD):
    stray(WORLD, "SG_quitewrong")
    assert len(WORLD.stray) == 1
    assert False

def test_none(WORLD):
    WORLD.faults.add({"status": 503}, "submit")
    stray(WORLD, None)

def test_both(WORLD):
    call(WORLD, "GET", "/v1/get-user-credits")
    stray(WORLD, "SG_quitewrong")
    assert False

def test_right(WORLD):
    call(WORLD, "GET", "/v1/get-user-credits")
    assert False

def test_quiet(WORLD):
    stray(WORLD, "SG_quitewrong")
"""
"""A client that is no friend of its test's; under `strict` strays alone are no reason to fail."""


@pytest.mark.parametrize("fixture", ["segmock", "segmock_respx"])
def test_a_failed_test_shows_calls_with_keys_of_nobodys(run, fixture):
    """Where there was no call of the client's own, under an idle fault, and after its own calls."""
    told = run(WRONG.replace("WORLD", fixture), passed=2, failed=3, errors=1)
    also = "during this test the server also saw POST /v2/ideogram-3 → "
    assert told.count(f"nothing with this test's key; {also}200 with key …rong") == 1
    assert told.count(f"nothing with this test's key; {also}401 without a key") == 1
    assert len(re.findall(rf"credits  → 200\n  {also}200 with key …rong", told)) == 1
    assert len(re.findall(r"credits  → 200\n=", told)) == 1


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_keys_of_other_tests_are_no_strays(run, workers):
    """They share a server, and other workers' keys are introduced like this one's."""
    code = """
@pytest.mark.parametrize("number", range(8))
def test_it(segmock, number):
    call(segmock, "POST", "/v2/ideogram-3", json=PROMPT)
    assert segmock.stray == []
"""
    run(code, "-n", workers, is_apart=True, passed=8)


def test_strays_are_shown_on_a_server_that_was_there_before(run):
    """What it saw before the test is left out."""
    with Emulator(clock="auto").live() as server:
        httpx.post(f"{server.url}/v2/ideogram-3", json={}, headers={"x-api-key": "SG_yesterday"})
        url = f"--segmock-url={server.url}"
        told = run(WRONG.replace("WORLD", "segmock"), url, passed=2, failed=3, errors=1)
    assert "…rong" in told
    assert "…rday" not in told


# Complaints


def test_a_broken_must_rule_is_an_error_at_teardown(run):
    """The test itself has passed; the complaint shows rule, reason and exchanges."""
    told = run("def test_it(segmock):\n    break_a_rule(segmock)\n", passed=1, errors=1)
    assert "segmock: MUST repeated-after-refusal" in told
    assert re.search(r"#2 +0 ms +POST /v2/painter  → 404 “Model 'painter' not found”", told)
    assert "pytest_plugin.py" not in told


def test_a_fault_that_never_struck_is_an_error_at_teardown(run):
    """Unless it was left to chance, or has struck."""
    code = """
def test_idle(segmock):
    segmock.faults.add({"status": 503}, "submit")

def test_chance(segmock):
    segmock.faults.add({"status": 503}, "submit", probability=0.5)

def test_struck(segmock_respx):
    segmock_respx.faults.add({"status": 503}, "credits")
    call(segmock_respx, "GET", "/v1/get-user-credits")
"""
    told = run(code, passed=3, errors=1)
    assert "never struck" in told
    assert "nothing at all was asked" in told


def test_a_test_that_did_not_run_to_its_end_owes_no_fault(run):
    """A failed, skipped or expectedly failing test may not have come to its call."""
    code = """
def test_failed(segmock):
    segmock.faults.add({"status": 503}, "submit")
    assert False

def test_skipped(segmock):
    segmock.faults.add({"status": 503}, "submit")
    pytest.skip("not here")

@pytest.mark.xfail
def test_expected(segmock):
    segmock.faults.add({"status": 503}, "submit")
    assert False

@pytest.fixture
def broken(segmock):
    segmock.faults.add({"status": 503}, "submit")
    raise KeyError

def test_not_begun(segmock, broken):
    pass
"""
    told = run(code, failed=1, skipped=1, xfailed=1, errors=1)
    assert "never struck" not in told


def test_a_lenient_test_is_told_nothing(run):
    """`strict=False` silences both kinds of complaint."""
    code = """
@pytest.mark.segmock(strict=False)
def test_it(segmock):
    segmock.faults.add({"status": 503}, "submit", skip=9)
    break_a_rule(segmock)
    segmock.check
"""
    run(code, passed=1)


def test_a_failed_test_shows_what_its_client_asked(run):
    """In a section of its own; a test that passes has none."""
    code = """
def test_bad(segmock):
    call(segmock, "GET", "/v1/get-user-credits")
    assert False

def test_silent(segmock):
    assert False

def test_good(segmock):
    call(segmock, "GET", "/v1/requests/0")
"""
    told = run(code, passed=1, failed=2)
    assert told.count("segmock: what the client asked") == 2
    assert re.search(r"#\d+ .*GET  /v1/get-user-credits  → 200", told)
    assert "nothing at all" in told
    assert "/v1/requests/0" not in told


# Clients that go on, and advice


POLLING = """
import time

def poll(world, url):
    with httpx.Client(headers={"x-api-key": world.api_key}, verify=False) as client:
        for _ in range(108):
            answer = client.get(url)
            if answer.status_code == 200 and answer.json()["status"] == "COMPLETED":
                return answer
            time.sleep(1)
    raise TimeoutError("no end in sight")

def poll_for_ever(world, prompt="A boat", gone=False):
    job = call(world, "POST", "/v2/ideogram-3", json={"prompt": prompt}).json()
    if gone:
        world.clock.advance(3601)
    with world.sleepless():
        poll(world, job["status_url"])
"""
"""A client that takes whatever is no COMPLETED for a reason to ask again."""


@pytest.mark.fact("T4", "T6")
@pytest.mark.parametrize(
    ("story", "rule", "answer"),
    [
        ("gone=True", "polled-unknown-job", "404 “Request [0-9a-f]{32} not found”"),
        ("'mock:fail=Under a stone'", "polled-after-failure", "422 FAILED “Under a stone”"),
    ],
    ids=["404", "422"],
)
def test_a_client_that_asks_on_is_explained(run, story, rule, answer):
    """Where its test fails, beside its own error; and where it swallows that error it is red."""
    code = f"""{POLLING}
def test_explained(segmock):
    poll_for_ever(segmock, {story})

def test_swallowed(segmock):
    try:
        poll_for_ever(segmock, {story})
    except TimeoutError:
        pass
"""
    told = run(code, failed=1, passed=1, errors=2)
    assert "TimeoutError: no end in sight" in told
    section = told[told.index("segmock: what the client asked") :]
    assert re.search(rf"GET  /v2/requests/[0-9a-f]{{32}}/status  → {answer}\n", section)
    assert re.search(r"\n +… \d+ more like it, until \d+ ms\n", section)
    assert section.count("GET ") < 10
    assert f"segmock: MUST {rule}: " in section[section.index("segmock: which rules it broke") :]
    swallowed = told[told.index("teardown of test_swallowed") : told.index("= FAILURES =")]
    assert f"segmock: MUST {rule}: " in swallowed
    assert "… " in swallowed
    explained = told[told.index("teardown of test_explained") : told.index("test_swallowed")]
    assert "The report of the failed test shows where." in explained


def test_exchanges_are_numbered_within_the_test(run):
    """The first is number 1 on a server that others use too, and verdicts go by these numbers."""
    code = """
@pytest.mark.parametrize("number", [1, 2])
def test_it(segmock, number):
    call(segmock, "GET", "/v1/get-user-credits")
    break_a_rule(segmock)
    assert segmock.requests[0]["seq"] == 3 * number - 2
    assert False
"""
    told = run(code, failed=2, errors=2)
    assert len(re.findall(r"\n +#1 +0 ms +GET  /v1/get-user-credits +→ 200\n", told)) == 2
    assert len(re.findall(r"\n  > +#3 +0 ms +POST /v2/painter +→ 404", told)) == 2
    assert len(re.findall(r"\n +#3 +0 ms +POST /v2/painter  → 404", told)) == 2
    assert not re.search(r"#[4-9]", told)


HASTY = """
def be_hasty(world):
    job = call(world, "POST", "/v2/ideogram-3", json=PROMPT).json()
    call(world, "GET", job["response_url"])

def test_hasty(segmock):
    be_hasty(segmock)
"""
"""A client that breaks a SHOULD rule, and no other."""


@pytest.mark.parametrize("fixture", ["segmock", "segmock_respx"])
def test_a_test_can_be_held_to_the_advice(run, fixture):
    """`strict="should"` fails it as a MUST would; `strict=True` and False do not."""
    code = """
@pytest.mark.segmock(strict="should")
class TestStrict:
    def test_here(self, segmock):
        be_hasty(segmock)

    @pytest.mark.segmock(strict=True)
    def test_nearer(self, segmock):
        be_hasty(segmock)

@pytest.mark.segmock(strict=False)
def test_lenient(segmock):
    be_hasty(segmock)
"""
    told = run((HASTY + code).replace("segmock)", f"{fixture})"), passed=4, errors=1)
    assert told.count("segmock: SHOULD fetched-result-early: ") == 1
    assert "teardown of TestStrict.test_here" in told


def test_a_failed_test_shows_advice_below_its_musts(run):
    """Whether or not the test is held to it."""
    code = """
@pytest.mark.parametrize("lenient", [False, True])
def test_it(segmock, lenient):
    be_hasty(segmock)
    break_a_rule(segmock)
    assert False
"""
    told = run(HASTY + code, passed=1, failed=2, errors=2)
    section = told[told.index("segmock: which rules it broke") :]
    must = section.index("segmock: MUST repeated-after-refusal")
    assert must < section.index("segmock: advice, SHOULD fetched-result-early")


@pytest.mark.parametrize("workers", ["0", "2"])
def test_advice_to_passing_tests_is_a_line_at_the_end(run, workers):
    """It says how to see it; `-q` is quiet, and without advice there is no line."""
    code = HASTY + "def test_again(segmock):\n    be_hasty(segmock)\ndef test_no():\n    pass\n"
    flags = {"is_apart": True, "passed": 3}
    told = run(code, "-n", workers, **flags)
    assert "segmock: 2 passing tests drew advice; --segmock-advice shows it" in told
    assert "fetched-result-early" not in told
    told = run(code, "-n", workers, "--segmock-advice", **flags)
    assert told.count("segmock: advice, SHOULD fetched-result-early") == 2
    assert "test_it.py::test_hasty" in told


def test_without_advice_nothing_is_said_of_it(run):
    """Nor where pytest is asked to be quiet."""
    assert "drew advice" not in run("def test_it(segmock):\n    pass\n", passed=1)
    assert "drew advice" not in run(HASTY, "-q", passed=1)
    assert "1 passing test drew advice" in run(HASTY, passed=1)


# Mistakes in what we are asked for


MISTAKES = {
    "plann='free'": "unknown field `plann` (did you mean `plan`?",
    "plan='fre'": "there is no plan 'fre' (did you mean `free`?",
    "strict='shoud'": "strict is 'shoud' (did you mean \"should\"?",
    "strict=None": "strict is None (True holds",
    "strict=1": "strict is 1 (True holds",
    "strikt=False": "there is no field `strikt` (did you mean `strict`?)",
    "api_key='SG_mine'": "there is no field `api_key` (each test has a key of its own",
    "url='http://127.0.0.1:8765'": "there is no field `url` (--segmock-url",
    "clock='frozen'": 'there is no field `clock` (`.clock.set("frozen")` changes',
    "faults=[{'reset': True}]": "there is no field `faults` (`.faults.add({",
    "speed=1": "there is no field `speed` (it is a setting of a whole server",
    "False": "was given False without a name (write @pytest.mark.segmock(strict=False)",
}


@pytest.mark.parametrize("fixture", ["segmock", "segmock_respx"])
def test_a_mistake_in_the_marker_is_told_in_a_sentence(run, fixture):
    """The test fails when it is set up, and nothing else is shown."""
    code = "\n".join(
        f"@pytest.mark.segmock({mistake})\ndef test_{number}({fixture}):\n    pass\n"
        for number, mistake in enumerate(MISTAKES)
    )
    told = run(code, errors=len(MISTAKES))
    for number, sentence in enumerate(MISTAKES.values()):
        begun = told[told.index(f"ERROR at setup of test_{number} ") :].splitlines()
        assert begun[1].startswith("segmock: ")
        assert sentence in begun[1]
        assert begun[2].startswith(("___", "==="))


def test_a_mistake_in_the_test_shows_the_line_and_the_sentence(run):
    """No frame of ours, none of a library, and no other exception."""
    code = """
def test_fault(segmock):
    segmock.faults.add({"statuss": 503})

def test_mode(segmock_respx):
    segmock_respx.clock.set("frozenn")

def test_plain():
    from mockserver.testing import segmock
    with segmock(plann="free"):
        pass
"""
    told = run(code, failed=3)
    for line, meant in (
        ('segmock.faults.add({"statuss": 503})', "status"),
        ('segmock_respx.clock.set("frozenn")', "frozen"),
        ('with segmock(plann="free"):', "plan"),
    ):
        assert re.search(rf"\n> +{re.escape(line)}\n(E .*|[ ^]+\n)*.*did you mean `{meant}`", told)
    for word in ("During handling", "urllib", "control_client", "sessions.py", "contextlib"):
        assert word not in told


# The server


def test_a_running_server_can_be_used(run, lines):
    """With `--segmock-url` no other is started, and its own clock does not matter."""
    code = """
def test_it(segmock, segmock_server):
    assert segmock.clock.mode == "auto"
    call(segmock, "GET", "/v1/get-user-credits")
    note(segmock_server.url, segmock.url, segmock.base_url)
"""
    with Emulator(clock="real").live() as server:
        run(NOTING + code, "--segmock-url", f"{server.url}/", passed=1)
        health = HttpControlClient(server.url).call("GET", "/_mock/health")
    assert lines() == [f"{server.url} {server.url} {server.url}/v1"]
    assert health["accounts"] == 1


@pytest.mark.parametrize(
    ("mode", "workers"),
    [("namespace", []), ("env", []), ("env", ["-n", "1"])],
    ids=["namespace", "env", "env of a worker"],
)
def test_within_segmock_exec_tests_use_its_emulator(run, lines, monkeypatch, mode, workers):
    """Code under test that calls the vendor's hosts reaches that one; a URL given outranks it."""
    code = """
def test_it(segmock, segmock_server):
    from mockserver.testing import segmock as another
    with another() as other:
        note(segmock_server.url, segmock.url, other.url)
"""
    with Emulator(clock="real").live() as inside, Emulator(clock="real").live() as given:
        monkeypatch.setenv("SEGMOCK_URL", inside.url)
        run(NOTING + code, *workers, is_apart=bool(workers), passed=1)
        monkeypatch.setenv("SEGMOCK_EXEC", mode)
        run(NOTING + code, *workers, is_apart=bool(workers), passed=1)
        run(NOTING + code, *workers, "--segmock-url", given.url, is_apart=bool(workers), passed=1)
    without, within, told = lines()
    assert inside.url not in without.split()[:2]
    assert within == f"{inside.url} {inside.url} {inside.url}"
    assert told == f"{given.url} {given.url} {inside.url}"


def test_a_server_that_is_not_there_is_an_error_of_the_test(run):
    """It says where nobody answered and what to do; pytest itself goes on."""
    code = """
def test_nobody(segmock):
    pass

def test_other():
    pass
"""
    told = run(code, "--segmock-url", "http://127.0.0.1:9", passed=1, errors=1)
    assert "no segmock answers at http://127.0.0.1:9" in told
    assert "segmock serve" in told


def test_a_server_that_goes_away_does_not_break_pytest(run):
    """A failed test says in its section that nobody answers any longer."""
    code = """
def test_it(segmock):
    segmock._client.url = "http://127.0.0.1:9"
    assert False
"""
    told = run(code, failed=1, errors=1)
    assert "no segmock answers at http://127.0.0.1:9" in told
    assert "INTERNALERROR" not in told


# The environment and time


def test_an_environment_holds_for_its_test(run):
    """Called, it is set until the test is over; the SDK's own client finds the account."""
    code = """
import os, segmind

def test_set(segmock):
    segmock.env()
    assert segmind._get_client().api_key == segmock.api_key == os.environ["SEGMIND_API_KEY"]
    assert os.environ["SEGMIND_BASE_URL"] == segmock.base_url

def test_restored():
    assert "SEGMIND_API_KEY" not in os.environ
    assert segmind._default_client is None
"""
    run(code, passed=2)


def test_the_sdk_waits_in_no_time(run):
    """Its interval of a second passes in virtual time: sixty polls of a job of a minute."""
    code = """
import time
from segmind import SegmindClient

def test_it(segmock, monkeypatch):
    segmock.clock.set("frozen")
    monkeypatch.setattr(time, "sleep", None)  # whoever really sleeps, fails
    client = SegmindClient(api_key=segmock.api_key, base_url=segmock.base_url)
    before = time.monotonic()
    with segmock.sleepless():
        job = client.submit_async("mock-inference", prompt="mock:slow=60")
        assert job.wait(timeout=600)["status"] == "COMPLETED"
        assert 60 <= time.monotonic() - before
    client._client.close()
    slept = [exchange["slept_s"] for exchange in segmock.requests]
    assert slept == [0, *range(61), 60]
    assert segmock.verdicts == []
"""
    run(code, passed=1)


def test_the_sdks_patience_ends_in_virtual_time(run):
    """A job that stalls is given up after the SDK's ten minutes: what is not slept is real."""
    code = """
import segmind
import time
from datetime import datetime

def read_real_s():
    return time.clock_gettime(time.CLOCK_MONOTONIC)

def read_s(clock):
    return datetime.fromisoformat(clock.now_utc).timestamp()

def test_it(segmock_respx):
    clock = segmock_respx.clock
    clock.set("frozen")
    began, real_s = read_s(clock), read_real_s()
    with segmock_respx.env, segmock_respx.sleepless():
        with pytest.raises(segmind.InferenceTimeout):
            segmind.run("ideogram-3", prompt="mock:stall")
    real_s = read_real_s() - real_s
    assert 570 - real_s < read_s(clock) - began < 602
"""
    run(code, passed=1)


PATIENT = """
import time
from datetime import datetime, timezone

@pytest.mark.segmock(requests_per_minute=1)
def test_it(segmock):
    def submit():
        return call(segmock, "POST", "/v2/ideogram-3", json=PROMPT)

    with segmock.sleepless():
        assert submit().status_code == 200
        refused = submit()
        assert refused.status_code == 429
        reset = datetime.fromisoformat(refused.headers["x-rate-limit-reset-at-utc"])
        time.sleep((reset - datetime.now(timezone.utc)).total_seconds() * {share})
        assert submit().status_code == {status}
"""


@pytest.mark.fact("E5")
@pytest.mark.parametrize(
    ("share", "status", "outcomes"),
    [(1, 200, {"passed": 1}), (0.5, 429, {"passed": 1, "errors": 1})],
    ids=["until the reset", "half of it"],
)
def test_a_limit_is_waited_out_in_virtual_time(run, share, status, outcomes):
    """A client that sleeps until the reset is served; one that does not is complained of."""
    told = run(PATIENT.format(share=share, status=status), **outcomes)
    assert ("called-before-reset" in told) is (status == 429)


@pytest.mark.fact("R3")
@pytest.mark.parametrize(("pause_s", "found"), [(0, ["polled-too-fast"]), (0.2, []), (1, [])])
def test_the_pace_of_a_sleepless_client_is_that_of_its_sleep(run, pause_s, found):
    """Who hammers is found out, who sleeps between two polls is not."""
    code = f"""
import time

def test_it(segmock):
    with segmock.sleepless():
        job = call(segmock, "POST", "/v2/ideogram-3", json=PROMPT).json()
        for _ in range(3):
            status = call(segmock, "GET", job["status_url"]).json()["status"]
            time.sleep({pause_s})
        assert status == "COMPLETED"
        call(segmock, "GET", job["response_url"])
    assert [verdict["id"] for verdict in segmock.verdicts] == {found}
"""
    run(code, passed=1)


# Beside other plugins


def test_the_marker_and_the_option_are_in_the_help(pytester):
    """`--markers`, `--help` and `--fixtures` tell what there is."""
    markers, told, fixtures = (
        pytester.runpytest_inprocess("-p", "no:cacheprovider", flag).stdout.str()
        for flag in ("--markers", "--help", "--fixtures")
    )
    assert "@pytest.mark.segmock(strict=True, **account)" in markers
    assert "--segmock-url=URL" in told
    assert "--segmock-advice" in told
    for name in ("segmock", "segmock_server", "segmock_respx"):
        assert re.search(rf"^{name}\b", fixtures, re.MULTILINE)


PROBE = """
import sys

def pytest_sessionfinish():
    with open("notes", "a") as notes:
        print(*sorted(set(sys.modules) & set({heavy})), file=notes)
"""


@pytest.mark.parametrize(
    ("code", "imported"),
    [
        ("def test_it():\n    pass\n", ""),
        ("def test_it(segmock):\n    assert segmock.requests == []\n", "msgspec starlette uvicorn"),
    ],
    ids=["without a fixture of ours", "with one"],
)
def test_who_does_not_use_it_does_not_pay(pytester, monkeypatch, lines, code, imported):
    """Loading the plugin and running a test of no concern to it imports nothing heavy."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest(PROBE.format(heavy=HEAVY))
    pytester.makepyfile(code)
    flags = ("-p", "mockserver.testing.pytest_plugin", "-p", "no:cacheprovider")
    pytester.runpytest_subprocess(*flags).assert_outcomes(passed=1)
    assert lines() == [imported]


def test_loading_it_imports_nothing_but_itself_and_pytest(pytester):
    """Not even most of segmock."""
    code = (
        "import pytest, sys\n"
        "before = set(sys.modules)\n"
        "import mockserver.testing.pytest_plugin\n"
        "print(*sorted(set(sys.modules) - before))\n"
    )
    told = pytester.run(sys.executable, "-c", code).stdout.lines
    assert told == ["mockserver mockserver.testing mockserver.testing.pytest_plugin"]


@pytest.mark.parametrize("module", ["mockserver", "mockserver.testing.pytest_plugin"])
def test_importing_segmock_imports_nothing_heavy(module):
    """Neither the package nor its plugin brings in a library."""
    assert list_modules_after(f"import {module}", *HEAVY) == []


DISTRIBUTED = """
@pytest.mark.parametrize("number", range(6))
def test_it(segmock, segmock_server, worker_id, number):
    call(segmock, "GET", "/v1/get-user-credits")
    note(worker_id, segmock_server.url, segmock.api_key)
    break_a_rule(segmock) if number == 5 else None
"""

CONTROLLER = """
import sys

def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        with open("served", "w") as served:
            print("uvicorn" in sys.modules, file=served)
"""


def test_workers_share_one_server(run, lines, pytester):
    """All workers have the same URL, each test its own key, and complaints come through."""
    pytester.makeconftest(CONTROLLER)
    flags = ("-n", "2", "--dist", "each")
    run(NOTING + DISTRIBUTED, *flags, is_apart=True, passed=12, errors=2)
    noted = [line.split() for line in lines()]
    assert {worker for worker, _, _ in noted} == {"gw0", "gw1"}
    assert len({url for _, url, _ in noted}) == 1
    assert len({key for _, _, key in noted}) == 12
    assert (pytester.path / "served").read_text() == "True\n"


def test_workers_that_need_no_server_start_none(run, lines, pytester):
    """The controller has imported nothing of the emulator when the run is over."""
    pytester.makeconftest(CONTROLLER)
    run("def test_it():\n    pass\n", "-n", "2", is_apart=True, passed=1)
    assert (pytester.path / "served").read_text() == "False\n"
    assert lines() == []


def test_workers_use_the_server_that_was_named(run, lines, pytester):
    """`--segmock-url` holds for them too, and the controller keeps none in reserve."""
    pytester.makeconftest(
        "def pytest_unconfigure(config):\n"
        "    import sys\n"
        "    assert 'mockserver.testing.lazy_server' not in sys.modules\n"
    )
    code = NOTING + "def test_it(segmock):\n    note(segmock.url)\n"
    with Emulator(clock="auto").live() as server:
        run(code, "-n", "1", "--segmock-url", server.url, is_apart=True, passed=1)
    assert lines() == [server.url]


def test_nothing_of_an_inner_run_stays(run):
    """Neither variables nor an account's sleep outlive the run."""
    before: Any = dict(os.environ)
    run("def test_it(segmock):\n    segmock.env()\n", passed=1)
    changed = {name for name in os.environ | before if os.environ.get(name) != before.get(name)}
    assert changed <= {"PYTEST_VERSION", "PYTEST_CURRENT_TEST"}
