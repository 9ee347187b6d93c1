"""Drivers are started, asked, timed and ended; what they do wrong is told from what clients do."""

import json
import os
import shlex
import sys
from pathlib import Path
from threading import Event

import pytest

from client_tests.driver import processes
from client_tests.driver.base import NoAnswerError, read_logs
from client_tests.driver.messages import Call, DriverBrokenError, read_answer
from client_tests.driver.processes import ProcessDriver
from client_tests.driver.python_driver import PythonDriver

PATIENT = {"grace_s": 10.0, "start_s": 10.0}
HASTY = {"grace_s": 0.3, "start_s": 0.7}


def call(number=1, **fields):
    """A call that needs no server."""
    usual = {"base_url": "http://127.0.0.1:9", "api_key": "SG_1", "poll_interval_s": 0.02}
    return Call(id=number, op="credits", **{**usual, "timeout_s": 0.1, **fields})


@pytest.fixture
def driver():
    """Make drivers out of a few lines of Python, which are ended with the test."""
    made = []

    def make(code, patience=PATIENT):
        command = [sys.executable, "-I", "-S", "-c", f"import json, os, sys, time\n{code}"]
        made.append(ProcessDriver(shlex.join(command), **patience))
        return made[-1]

    yield make
    for each in made:
        each.close()


ECHO = """
for line in sys.stdin:
    call = json.loads(line)
    print(json.dumps({"id": call["id"], "outcome": "completed", "result": os.getpid()}), flush=True)
"""


def test_a_driver_answers_call_after_call_in_one_process(driver):
    """It is started once."""
    echo = driver(ECHO)
    assert echo.answer(call(1)).result == echo.answer(call(2)).result


LOGS = """
for line in sys.stdin:
    call = json.loads(line)
    print(f"call {call['id']}", file=sys.stderr, flush=True)
    print(json.dumps({"id": call["id"], "outcome": "completed"}), flush=True)
"""


def test_a_log_is_read_on_from_where_it_was_read_to(driver):
    """So what was written meanwhile belongs to one case, also where the process has ended."""
    logs = driver(LOGS)
    assert read_logs([logs]) == ""
    logs.answer(call(1))
    assert read_logs([logs]) == "call 1\n"
    logs.answer(call(2))
    logs.close()
    assert read_logs([logs, logs]) == "call 2\n\n"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"id": 8, "outcome": "timeout"}', "answers call 8, not 1"),
        ("ready", "is not JSON"),
        ('{"id": 1, "outcome": "fine"}', "'fine' is not one of"),
        ('{"id": 1}', "'outcome' is a required property"),
        ('{"id": 1, "outcome": ["failed"]}', "is not one of"),
        ('{"outcome": "failed"}', "has no id; 1 was expected"),
        ('{"id": true, "outcome": "failed"}', "has no id; 1 was expected"),
        ('["id", 1]', "is an array, no JSON object"),
        ("null", "is null, no JSON object"),
        ("[" * 100_000, "is not JSON"),
        ("", "is not JSON"),
    ],
)
def test_a_line_that_is_no_answer_breaks_the_driver(driver, line, words):
    """The message says what came and what was expected."""
    with pytest.raises(DriverBrokenError, match=words):
        driver(f"input(); print({line!r}, flush=True); input()").answer(call())


@pytest.mark.parametrize("command", ["", "'", "/no/such/driver"])
def test_a_command_that_is_none_breaks_the_driver(command):
    """Nothing can be learnt about the client."""
    with pytest.raises(DriverBrokenError, match=r"command line|does not start"):
        ProcessDriver(command).answer(call())


def test_a_driver_that_dies_before_its_first_answer_is_broken(driver):
    """Its exit code and the end of its log are told."""
    with pytest.raises(DriverBrokenError, match=r"exit code 3.*\n.*no module of that name"):
        driver("print('no module of that name', file=sys.stderr); sys.exit(3)").answer(call())


def test_a_driver_that_dies_later_has_failed_that_call_and_is_started_anew(driver):
    """It is the client that crashed."""
    crashing = driver(ECHO.replace("    print", "    if call['id'] == 2: sys.exit(4)\n    print"))
    first = crashing.answer(call(1)).result
    with pytest.raises(NoAnswerError, match="exit code 4"):
        crashing.answer(call(2))
    assert crashing.answer(call(3)).result != first


def test_a_driver_that_closes_its_output_has_failed_that_call(driver, monkeypatch):
    """There is no exit code to tell."""
    monkeypatch.setattr(processes, "END_S", 0.2)
    closing = driver(ECHO + "    os.close(1); time.sleep(60)")
    closing.answer(call(1))
    with pytest.raises(NoAnswerError, match="closed its output"):
        closing.answer(call(2))


def test_a_driver_that_hangs_is_killed_with_what_it_started_and_started_anew(driver, tmp_path):
    """A shell's curl would go on polling otherwise."""
    pid = tmp_path / "pid"
    hang = f"os.system('echo $$ >{pid}; exec sleep 60')"
    hanging = driver(ECHO.replace("    print", f"    if call['id'] == 2: {hang}\n    print"))
    first = hanging.answer(call(1)).result
    hanging._grace_s = 1.5
    with pytest.raises(NoAnswerError, match="the driver was killed"):
        hanging.answer(call(2))
    assert _is_gone(int(pid.read_text()))
    hanging._grace_s = 10
    assert hanging.answer(call(3)).result != first


def _is_gone(pid):
    for _ in range(100):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().split()[2] == "Z":
            return True
        Event().wait(0.02)
    return False


def test_a_driver_that_reads_nothing_does_not_hold_up_a_large_call(driver):
    """A pipe is full after 64 KiB; the deadline holds all the same."""
    with pytest.raises(NoAnswerError):
        driver("time.sleep(60)", HASTY).answer(call(params={"blob": "x" * 500_000}))


def test_each_process_of_a_driver_is_given_time_to_start(driver):
    """Interpreters load, and some drivers are compiled."""
    slow = driver(f"time.sleep(0.6)\n{ECHO}", {"grace_s": 0.2, "start_s": 10})
    assert slow.answer(call()).outcome == "completed"


# --- Hello ------------------------------------------------------------------------------

HELLO = call(0, timeout_s=5.0)

GREETED = """
calls = []
for line in sys.stdin:
    call = json.loads(line)
    calls.append(call["id"])
    answer = {"id": call["id"], "outcome": "completed", "result": calls}
    if call["id"] == 0:
        answer = GREETING
    print(json.dumps(answer), flush=True)
"""


@pytest.mark.parametrize(
    "greeting",
    [
        '{"id": 0, "outcome": "unsupported"}',
        '{"id": 0, "outcome": "completed", "result": {}}',
        '{"id": 0, "outcome": "nobody-knows", "error": 7}',
        '{"id": 0}',
    ],
)
def test_a_driver_that_starts_is_told_hello_before_its_calls(driver, greeting):
    """Whatever it says of an operation that nobody has, if it can be read; and once a process."""
    greeted = driver(GREETED.replace("GREETING", greeting))
    for number in (1, 2):
        greeted.prepare(HELLO, 1.0)
        answer = greeted.answer(call(number))
    assert answer.result == [0, 1, 2]


@pytest.mark.parametrize(
    ("greeting", "words"),
    [
        ("'ready'", "is a text, no JSON object"),
        ('{"id": 8}', "required|answers call 8"),
    ],
)
def test_a_hello_that_cannot_be_read_or_is_for_another_call_breaks_the_driver(
    driver, greeting, words
):
    """As a call would."""
    with pytest.raises(DriverBrokenError, match=words):
        driver(GREETED.replace("GREETING", greeting)).prepare(HELLO, 1.0)


@pytest.mark.parametrize("dying", ["sys.exit(3)", "time.sleep(60)"])
def test_a_driver_that_cannot_bear_a_hello_is_started_anew_without_it(driver, dying):
    """It has its calls, and time to start with the first of them."""
    shy = driver(
        GREETED.replace("    answer =", f"    if call['id'] == 0: {dying}\n    answer =", 1),
        {"grace_s": 10.0, "start_s": 1.0},
    )
    for number in (1, 2):
        shy.prepare(HELLO, 1.0)
        answer = shy.answer(call(number))
    assert answer.result == [1, 2]


def test_no_call_is_measured_with_the_start_of_its_process(driver):
    """What takes long at the beginning has been taken by the hello, after an end as well."""
    slow = driver(f"time.sleep(0.5)\n{ECHO}", {"grace_s": 0.0, "start_s": 20.0})
    for number in (1, 2):
        slow.prepare(HELLO, 1.0)
        assert slow._is_warm
        assert slow.answer(call(number, timeout_s=60)).outcome == "completed"
        slow.close()


def test_a_slow_machine_has_more_grace(driver):
    """By as much as the pace says."""
    said = "input(); print('{\"id\": 0}', flush=True); time.sleep(60)"
    silent = driver(said, {"grace_s": 0.3, "start_s": 20.0})
    silent.prepare(HELLO, 2.0)
    with pytest.raises(NoAnswerError, match=r"0\.1 s and 0\.6 s of grace"):
        silent.answer(call())


def test_a_driver_is_in_a_time_zone_that_is_not_utc(driver, monkeypatch):
    """Whatever the user's is: half an hour off, and with a summer time."""
    monkeypatch.setenv("TZ", "UTC")
    zone = driver(ECHO.replace("os.getpid()", "[time.timezone, time.altzone]"))
    assert zone.answer(call()).result == [-34_200, -37_800]


def test_a_driver_ends_when_its_input_does(driver, tmp_path):
    """It can tidy up."""
    file = tmp_path / "tidy"
    tidy = driver(f"{ECHO}\nopen({str(file)!r}, 'w').close()")
    tidy.answer(call())
    tidy.close()
    assert file.exists()


def test_a_driver_that_does_not_end_is_ended(driver, monkeypatch):
    """The kit does not wait for it."""
    monkeypatch.setattr(processes, "END_S", 0.2)
    staying = driver(f"{ECHO}\ntime.sleep(60)")
    pid = staying.answer(call()).result
    staying.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


# --- In process -----------------------------------------------------------------------


def answering(asked):
    """A driver that is a function."""
    return {"id": asked["id"], "outcome": "completed", "result": asked["params"]}


def raising(_asked):
    """A client that raises what nobody caught."""
    raise LookupError("no such thing")


def hanging(_asked):
    """A client that takes its time."""
    Event().wait(1)


def unspeakable(asked):
    """An answer that cannot be said."""
    return {"id": asked["id"], "outcome": "completed", "result": {1, 2}}


class Counting:
    """A driver that is a class, made once."""

    def __init__(self):
        self.calls = 0

    def __call__(self, asked):
        """Count."""
        self.calls += 1
        return {"id": asked["id"], "outcome": "completed", "result": self.calls}


class Unmakeable:
    """A driver that lacks what it needs."""

    def __init__(self):
        raise OSError("no licence")


NOTHING = None


@pytest.fixture
def here(monkeypatch):
    """The name under which this file can be imported."""
    monkeypatch.setitem(sys.modules, "kit_drivers", sys.modules[__name__])
    return "kit_drivers"


def test_a_function_is_a_driver(here):
    """It takes the call as a dict."""
    answer = PythonDriver(f"{here}:answering").answer(call(params={"prompt": "\u2028"}))
    assert (answer.outcome, answer.result) == ("completed", {"prompt": "\u2028"})


def test_a_class_is_made_once(here):
    """So it may keep a client."""
    counting = PythonDriver(f"{here}:Counting")
    assert [counting.answer(call(number)).result for number in (1, 2)] == [1, 2]
    counting.close()


def test_what_a_function_raises_is_a_bug_of_the_clients(here):
    """Its name and words are told."""
    answer = PythonDriver(f"{here}:raising").answer(call())
    assert (answer.outcome, answer.error) == ("client_bug", "LookupError: no such thing")


def test_a_function_that_does_not_come_back_has_failed_the_call(here):
    """Its thread is left behind."""
    with pytest.raises(NoAnswerError, match="no answer within"):
        PythonDriver(f"{here}:hanging", grace_s=0.1).answer(call())


def test_an_answer_that_cannot_be_json_breaks_the_driver(here):
    """So would a dict that lacks the id."""
    with pytest.raises(DriverBrokenError, match="cannot be JSON"):
        PythonDriver(f"{here}:unspeakable").answer(call())


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("no_such_module:driver", "is not module:attribute"),
        ("json:no_such_thing", "is not module:attribute"),
        ("json", "is not module:attribute"),
        ("kit_drivers:Unmakeable", "cannot be made: OSError: no licence"),
        ("kit_drivers:NOTHING", "cannot be called"),
        ("kit_broken:driver", "cannot be imported: ZeroDivisionError"),
    ],
)
def test_what_cannot_be_loaded_breaks_the_driver(here, tmp_path, monkeypatch, where, words):
    """The message says why."""
    assert here
    (tmp_path / "kit_broken.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(DriverBrokenError, match=words):
        PythonDriver(where)


def test_an_answer_has_what_the_protocol_knows():
    """Fields of later versions are ignored."""
    answer = read_answer('{"id": 1, "outcome": "server_error", "status": 502, "mood": "low"}', 1)
    assert (answer.outcome, answer.status, answer.result) == ("server_error", 502, None)


JSON_VALUES = {
    "an object": '{"message": "Structured", "code": 3}',
    "an array": '["a", "b"]',
    "a boolean": "true",
    "a text": '"words"',
    "a number": "4.5",
    "null": "null",
}
"""A value of each JSON type; 4.5 is no integer either."""


@pytest.mark.parametrize(("field", "right"), [("error", "a text"), ("status", "an integer")])
@pytest.mark.parametrize("kind", JSON_VALUES)
def test_a_field_of_another_type_is_noted_and_breaks_nothing(field, right, kind):
    """Which field, what came and what was expected; the rest of the answer stands."""
    line = f'{{"id": 1, "outcome": "failed", "result": [0], "{field}": {JSON_VALUES[kind]}}}'
    answer = read_answer(line, 1)
    assert (answer.outcome, answer.result) == ("failed", [0])
    if kind in {right, "null"}:
        assert answer.mistyped == ()
        assert getattr(answer, field) == json.loads(JSON_VALUES[kind])
    else:
        assert getattr(answer, field) is None
        (said,) = answer.mistyped
        assert said.startswith(f"`{field}` is {kind}, ")
        assert said.endswith(f"; {right} or null was expected")


@pytest.mark.parametrize("kind", JSON_VALUES)
def test_a_result_may_be_any_json(kind):
    """It is what the gateway answered."""
    answer = read_answer(f'{{"id": 1, "outcome": "completed", "result": {JSON_VALUES[kind]}}}', 1)
    assert (answer.result, answer.mistyped) == (json.loads(JSON_VALUES[kind]), ())


def test_an_integer_may_be_written_with_a_fraction_of_nothing():
    """As languages whose only numbers are doubles may write it."""
    answer = read_answer('{"id": 1.0, "outcome": "server_error", "status": 502.0}', 1)
    assert (answer.status, type(answer.status), answer.mistyped) == (502, int, ())
