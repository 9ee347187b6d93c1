"""The clients that come with the kit do in a handful of cases what is expected of them."""

import shlex
import sys
from pathlib import Path

import pytest

import client_tests
from client_tests.cases.model import Case, Effect, Expect, Operation
from client_tests.clients.sdk import InProcess
from client_tests.driver.processes import ProcessDriver
from client_tests.driver.python_driver import PythonDriver
from client_tests.judging.assertions import find_violations
from client_tests.running.testbed import TestBed
from mockserver.tests.tools import find_tool

ROOT = Path(__file__).parents[3]
CLIENTS = Path(client_tests.__file__).parent / "clients"
PROMPT = {"prompt": "A kit"}
RELEASES = ("1.0.1", "1.1.0", "1.2.0", "1.3.0")
REFERENCE = shlex.join([sys.executable, "-m", "client_tests.clients.reference"])
RIGHT = {
    "reference": REFERENCE,
    "node": f"node {CLIENTS}/node/driver.mjs",
    "sh": f"sh {CLIENTS}/sh/driver.sh",
}
ODD = {
    "prompt": 'Grüße \u2028 \U0001f600 "quoted" \\ \n\t\x7f $HOME `id` %s \'',
    "params": {"params": [1, {"id": 3}], "a}b,]": ["]}", ",:"]},
    "timeout": 5,
    "interval": 3,
    "self": None,
    "slug": "",
    "large": 123456789012345678901234567890,
    "small": 1e-7,
    "blob": ["0123456789" * 100] * 200,
}
EVERY_OPERATION = (
    Operation(op="run", params=PROMPT),
    Operation(op="run_sync", params=PROMPT),
    Operation(
        op="run_sync",
        model="ideogram-turbo-img-2-img",
        params=PROMPT | {"image_file": "https://example.com/boat.png"},
    ),
    Operation(op="download", params=PROMPT),
    Operation(op="credits"),
)


def case(*effects, outcome="completed", op="run", params=PROMPT, timeout_s=5.0, **fields):
    """One call, and what is to come of it."""
    operation = Operation(op=op, params=params, timeout_s=timeout_s)
    expect = Expect(outcomes=(outcome,), submits=fields.pop("submits", ()))
    usual = {"id": "smoke", "title": "Smoke", "level": "MUST", "facts": ("S2",)}
    return Case(**usual, operations=(operation,), behaviour=effects, expect=expect, **fields)


def effect(route, ordinal, when=None, reset_in_s=None, **do):
    """What happens to one call."""
    return Effect(route=route, ordinal=ordinal, do=do, when=when, reset_in_s=reset_in_s)


CASES = {
    "odd parameters": case(params=ODD),
    "lost submit": case(
        effect("submit", 0, "after", reset=True), outcome="transport_error", submits=(1,)
    ),
    "malformed submit": case(effect("submit", 0, malformed=True), outcome="server_error"),
    "polls recover": case(
        effect("status", 0, reset=True),
        effect("status", 2, status=503, body="html"),
        effect("status", 3, status=200, body="html"),
        effect("result", 0, truncate_bytes=9),
    ),
    "failed": case(effect("submit", 0, state="FAILED", error="Nope."), outcome="failed"),
    "stalled": case(effect("submit", 0, stall="PROCESSING"), outcome="timeout", timeout_s=0.5),
    "dripping": case(
        effect("status", 0, drip={"bytes": 1, "every_s": 0.05}), outcome="timeout", timeout_s=0.5
    ),
    "expired": case(effect("status", 1, "before", expire=True), outcome="not_found"),
    "opaque URLs": case(effect("submit", 0, opaque_urls=True)),
    "unknown state": case(effect("status", 0, unknown_state="THROTTLED")),
    "limited": case(effect("status", 0, status=429, reset_in_s=0.3), clock="real"),
    "limited for long": case(
        effect("status", 0, status=429, reset_in_s=30),
        clock="real",
        outcome="rate_limited",
        timeout_s=1,
    ),
    "revoked": case(api_key="SG_0000000000000401", outcome="unauthorized"),
    "poor": case(account={"credits": 0}, outcome="insufficient_credits"),
    "truncated v1": case(
        effect("sync", 0, truncate_bytes=9), op="run_sync", outcome="transport_error"
    ),
    "page on v1": case(
        effect("sync", 0, status=200, body="html"), op="run_sync", outcome="server_error"
    ),
    "gone output": case(effect("output", 0, status=404), op="download", outcome="not_found"),
}


@pytest.fixture(scope="module")
def testbed(url):
    """Put a driver on the test bed; each is started once."""
    drivers = {}

    def on_bench(command):
        if command not in drivers:
            drivers[command] = ProcessDriver(command)
        return TestBed([drivers[command]], url)

    for name in ("node", "curl", "jq"):
        find_tool(name)
    yield on_bench
    for driver in drivers.values():
        driver.close()


@pytest.mark.parametrize("command", RIGHT.values(), ids=RIGHT)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_right_client_does_nothing_wrong(testbed, command, case):
    """Nobody has a complaint about it."""
    with testbed(command) as right:
        trace = right.run_case(case)
    assert find_violations(case, trace) == [], trace.replies


@pytest.mark.parametrize("command", RIGHT.values(), ids=RIGHT)
def test_a_right_client_has_every_operation(testbed, command):
    """JSON and media, runs, balances and downloads."""
    with testbed(command) as right:
        for operation in EVERY_OPERATION:
            single = Case(
                id=operation.op, title=operation.op, level="MUST", facts=(), operations=(operation,)
            )
            trace = right.run_case(single)
            assert find_violations(single, trace) == [], trace.replies
            assert trace.replies[0].answer.outcome == "completed"


def released(version):
    """Return the command that drives a release of the SDK."""
    folder = ROOT / ".sdk" / version
    assert folder.is_dir(), f"the SDK is not there: run `make .sdk/{version}`"
    path = f"PYTHONPATH={folder}:{ROOT}"
    return shlex.join(["env", path, sys.executable, "-m", "client_tests.clients.sdk"])


BY_THE_SDK = {
    "lost submit": "transport_error",
    "failed": "failed",
    "stalled": "timeout",
    "expired": "not_found",
    "opaque URLs": "completed",
    "unknown state": "completed",
    "revoked": "unauthorized",
    "poor": "insufficient_credits",
    "page on v1": "server_error",
    "polls recover": "transport_error",
    "limited": "rate_limited",
    "malformed submit": "client_bug",
    "gone output": "unsupported",
}
"""What it makes of the cases; in those from `polls recover` on it is the SDK that is wrong."""


@pytest.mark.parametrize("release", [RELEASES[0], "installed"])
def test_the_sdk_is_driven_as_its_users_would(testbed, url, release):
    """With its defects; the oldest release as a process, the installed one in this process."""
    in_process = PythonDriver("client_tests.clients.sdk:InProcess")
    is_old = release in RELEASES
    with testbed(released(release)) if is_old else TestBed([in_process], url) as sdk:
        said = {name: sdk.run_case(CASES[name]).replies[0].answer.outcome for name in BY_THE_SDK}
    assert said == BY_THE_SDK


@pytest.mark.parametrize("version", RELEASES)
def test_every_release_of_the_sdk_can_run_models(testbed, version):
    """On v2 and, with JSON and with an image, on v1."""
    with testbed(released(version)) as sdk:
        for operation in EVERY_OPERATION[:3]:
            single = Case(
                id=operation.op, title=operation.op, level="MUST", facts=(), operations=(operation,)
            )
            assert find_violations(single, sdk.run_case(single)) == []


@pytest.mark.parametrize("version", RELEASES)
def test_the_sdk_drops_parameters_named_like_its_arguments_up_to_1_0_1(testbed, version):
    """The driver passes them as a user would, so that the defect shows."""
    params = PROMPT | {"timeout": 3, "interval": 0.05}
    with testbed(released(version)) as sdk:
        trace = sdk.run_case(case(params=params))
    sent = [exchange.sent for exchange in trace.of("submit")]
    assert sent == [PROMPT if version == "1.0.1" else params]


def test_the_sdk_can_run_models_in_process(url):
    """As `--python client_tests.clients.sdk:InProcess`."""
    with TestBed([PythonDriver("client_tests.clients.sdk:InProcess")], url) as testbed:
        for operation in EVERY_OPERATION[:3]:
            single = Case(
                id=operation.op, title=operation.op, level="MUST", facts=(), operations=(operation,)
            )
            assert find_violations(single, testbed.run_case(single)) == []


@pytest.mark.parametrize("name", ["self", "slug"])
def test_what_the_sdk_raises_itself_is_a_bug_of_the_clients(name):
    """Python has no other way to pass a parameter of that name."""
    asked = {"id": 3, "op": "run", "base_url": "http://127.0.0.1:9", "api_key": "SG_1"}
    timing = {"timeout_s": 1, "poll_interval_s": 0.02}
    answer = InProcess()(asked | timing | {"model": "ideogram-3", "params": {name: 1}})
    assert (answer["id"], answer["outcome"]) == (3, "client_bug")
    assert "multiple values" in answer["error"]


def test_the_sdk_tells_a_lost_connection_from_a_late_answer():
    """Nobody listens at that port."""
    asked = {"id": 3, "op": "run_sync", "base_url": "http://127.0.0.1:9", "api_key": "SG_1"}
    timing = {"timeout_s": 1, "poll_interval_s": 0.02}
    answer = InProcess()(asked | timing | {"model": "ideogram-3", "params": {}})
    assert answer["outcome"] == "transport_error"
