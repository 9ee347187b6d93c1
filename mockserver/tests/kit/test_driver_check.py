"""`segmock driver` finds what is wrong with a driver, and gives one to start from."""

import json
import re
import shlex
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner

import client_tests
from client_tests import driver_check, driver_cli
from client_tests.driver.base import NoAnswerError
from client_tests.driver.messages import Call
from client_tests.driver_check import Patience, check
from client_tests.driver_check.findings import TITLES
from client_tests.judging.trace import Reply, Trace

CLIENTS = Path(client_tests.__file__).parent / "clients"
PYTHON = [sys.executable, "-I", "-S", "-c"]
HASTY = Patience(timeout_s=0.5, grace_s=0.3, start_s=1.0, end_s=0.4)

CANNED = """
import json, sys, time
MEDIA = {"sha256": "0" * 64, "bytes": 3, "content_type": "image/png"}
def write(answer):
    print(json.dumps(answer), flush=True)
def answer(call):
    op = call["op"]
    if op not in ("run", "run_sync", "download", "credits"):
        return {"outcome": "unsupported"}
    is_media = op == "download" or "image_file" in call.get("params", {})
    return {"outcome": "completed", "result": MEDIA if is_media else {"output": ""}}
for line in sys.stdin:
    call = json.loads(line)
    write({"id": call["id"], **answer(call)})
"""
"""A driver whose client asks nothing of any server, which is none of the protocol's business."""

ACTING = """
import json
def spoilt(value):
    return json.loads(json.dumps(value).replace("\\\\u", ""))
from client_tests.clients.loop import serve
from client_tests.clients.reference import act
serve(lambda call: change(act, call))
"""
"""A driver around the reference client, with something between the two."""


class Armchair:
    """A test bed without a server: drivers whose clients ask nothing do not miss it."""

    def __init__(self, drivers, url):
        del url
        [self._driver] = drivers
        self._numbers = count(1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def run_case(self, case):
        """Ask, and see nothing of what the client did."""
        [operation] = case.operations
        parts = {"url": "http://127.0.0.1:9/"} if operation.op == "download" else {}
        if operation.op in {"run", "run_sync"}:
            parts = {"model": operation.model, "params": operation.params}
        timing = {"timeout_s": operation.timeout_s, "poll_interval_s": operation.poll_interval_s}
        number, root = next(self._numbers), "http://127.0.0.1:9"
        call = Call(id=number, op=operation.op, base_url=root, api_key="SG_1", **timing, **parts)
        with suppress(NoAnswerError):
            self._driver.answer(call)
        reply = Reply(answer=None, problem=None, elapsed_s=0)
        return Trace(replies=(reply,), exchanges=(), verdicts=(), jobs=(), ledger=())


@pytest.fixture
def armchair(monkeypatch):
    """Check drivers without a server."""
    monkeypatch.setattr(driver_check, "TestBed", Armchair)


def changed(old, new, code=CANNED):
    """A driver's code with something in it that is otherwise."""
    assert old in code
    return code.replace(old, new)


def findings(checked, status="wrong"):
    """What was found, by the check's name."""
    return {finding.id: finding for finding in checked.findings if finding.status == status}


BROKEN = [
    ("starts", "raise SystemExit('no licence')", "ended with exit code 1 before.*no licence"),
    ("flushes", changed(", flush=True", ""), "came only after stdin had ended"),
    (
        "flushes",
        changed("in sys.stdin:", "in sys.stdin.read().splitlines():"),
        "came only after stdin had ended",
    ),
    ("json", changed("json.dumps(answer)", "answer"), "{'id': 1"),
    ("json", changed("json.dumps(answer)", "json.dumps([answer])"), r"\[{"),
    ("json", changed("json.dumps(answer)", "json.dumps(answer, indent=1)"), "'{'"),
    (
        "json",
        changed(
            "print(json.dumps(answer), flush=True)",
            "sys.stdout.buffer.write(b'\\xff\\n') and sys.stdout.flush()",
        ),
        "xff",
    ),
    ("answers", changed("    write(", "    (lambda _: None)("), "nothing on a call"),
    ("id", changed('"id": call["id"], ', ""), "no id in"),
    ("id", changed('call["id"]', 'str(call["id"])'), 'id "1"'),
    ("id", changed('"id": call["id"]', '"id": 1'), "id 1 in"),
    ("id", changed('call["id"]', 'call["id"] + 0.5'), "a number with a fraction"),
    ("outcome", changed('"completed"', '"success"'), '"success"'),
    ("outcome", changed('"outcome": "completed"', '"state": "done"'), "no outcome in"),
    ("fields", changed('"completed"', '"failed", "error": {"code": 1}'), "`error` was"),
    ("fields", changed('"completed"', '"server_error", "status": "502"'), 'a string, "502"'),
    ("fields", changed('"completed"', '"server_error", "status": 502.5'), "a number with"),
    ("fields", changed('"completed"', '"server_error", "status": True'), "a boolean, true"),
    ("fields", changed('"completed"', '"server_error", "status": 0'), "an integer, 0"),
    ("fields", changed('"completed"', '"failed", "error": ["x"]'), "a list"),
    ("result", changed('"result":', '"body":'), "without a `result`"),
    ("result", changed('{"output": ""}', '"https://…"'), "`result` was a string"),
    ("result", changed('{"output": ""}', "[1]"), "`result` was a list"),
    ("result", changed('"sha256": "0"', '"sha256": "F"'), "FFFF"),
    ("result", changed('"bytes": 3', '"bytes": "3"'), '"3"'),
    ("error", changed('"completed"', '"failed"'), "`error` was null"),
    ("only-answers", changed("import json", "print('Client 2.1 ready')\nimport json"), "ready"),
    ("only-answers", changed("    write(", "    print('polling')\n    write("), "'polling'"),
    ("only-answers", changed("    write(", "    write({'id': 0}) or write("), "second|id"),
    ("only-answers", CANNED + "    write({'id': call['id'], 'outcome': 'timeout'})", "call|asked"),
    ("one-after-the-other", CANNED + "    break", "ended with exit code 0"),
    ("unknown-fields", changed("(call):", "(call):\n    assert 'note' not in call"), "exit code 1"),
    (
        "unknown-fields",
        changed(
            "    is_media", "    if 'note' in call: return {'outcome': 'timeout'}\n    is_media"
        ),
        "'timeout' to a call with the fields",
    ),
    ("unknown-op", changed('return {"outcome": "unsupported"}', "raise KeyError"), "exit code 1"),
    ("unknown-op", changed('"unsupported"', '"client_bug"'), "'client_bug' to the operation"),
    ("ends", CANNED + "time.sleep(60)", "still there"),
]


@pytest.mark.usefixtures("armchair")
@pytest.mark.parametrize(("check_id", "code", "came"), BROKEN)
def test_what_is_wrong_is_found_and_told(check_id, code, came):
    """What came, what was expected and what to do, in words."""
    checked = check([*PYTHON, code], patience=HASTY)
    wrong = findings(checked)
    assert check_id in wrong, checked
    assert re.search(came, wrong[check_id].came, re.DOTALL), wrong
    assert wrong[check_id].expected
    assert wrong[check_id].advice
    assert not checked.is_right


MANGLING = [
    (
        "parameters",
        "lambda act, call: act(call | {'params': spoilt(call.get('params', {}))})",
        "did not arrive as they were given",
    ),
    (
        "error",
        "lambda act, call: (answer := act(call)) | {'error': spoilt(answer.get('error'))}",
        "ran out of memory",
    ),
    ("deadline", "lambda act, call: act(call | {'timeout_s': 60})", "timeout_s is 0.5"),
]


@pytest.mark.parametrize(("check_id", "change", "came"), MANGLING)
def test_what_a_driver_does_between_kit_and_client_is_found(url, check_id, change, came):
    """It takes a client that really asks."""
    code = changed("\nserve", f"\nchange = {change}\nserve", ACTING)
    checked = check([sys.executable, "-c", code], url=url, patience=Patience(grace_s=0.5))
    assert list(findings(checked)) == [check_id]
    assert came in findings(checked)[check_id].came


@pytest.mark.usefixtures("armchair")
def test_a_command_that_cannot_be_run_is_found():
    """Nothing else is tried then."""
    checked = check(["/no/such/driver"])
    assert list(findings(checked)) == ["starts"]
    assert len(findings(checked, "not tried")) == len(TITLES) - 1


@pytest.mark.usefixtures("armchair")
def test_a_driver_may_say_anything_on_stderr_and_answer_as_it_likes():
    """Its client's rightness is another matter."""
    code = changed("    write(", "    print('{}', file=sys.stderr)\n    write(")
    checked = check([*PYTHON, code], patience=HASTY)
    assert checked.is_right, checked
    assert list(findings(checked, "not tried")) == ["parameters"]


SPOILING = {
    "an error that is no text": """
def change(act, call):
    answer = act(call)
    if answer["outcome"] == "failed" and "Structured" in answer.get("error", ""):
        answer["error"] = {"message": "Structured"}
    return answer
""",
    "a status as text": """
def change(act, call):
    answer = act(call)
    if answer["outcome"] == "server_error":
        answer["status"] = str(answer.get("status"))
    return answer
""",
}


@pytest.mark.parametrize("code", SPOILING.values(), ids=SPOILING)
def test_types_are_looked_at_where_they_go_wrong(url, code):
    """At a failure whose error is an object, and at a 5xx: elsewhere such a driver is right."""
    checked = check([sys.executable, "-c", code + ACTING], url=url)
    assert list(findings(checked)) == ["fields"], checked


SHIPPED = {
    "reference": [sys.executable, "-m", "client_tests.clients.reference"],
    "sdk": [sys.executable, "-m", "client_tests.clients.sdk"],
    "node": ["node", str(CLIENTS / "node" / "driver.mjs")],
    "sh": ["sh", str(CLIENTS / "sh" / "driver.sh")],
}


@pytest.mark.parametrize("command", SHIPPED.values(), ids=SHIPPED)
def test_the_shipped_drivers_keep_to_the_protocol(url, command):
    """In every respect, and for each operation that their clients have."""
    checked = check(command, url=url)
    assert set(findings(checked, "right")) == set(TITLES), checked
    lacks = {op for op, how in checked.features.items() if how != "yes"}
    assert lacks == ({"download", "credits"} if "client_tests.clients.sdk" in command else set())


@pytest.mark.parametrize("language", ["node", "python", "sh"])
def test_a_new_driver_speaks_the_protocol_at_once(url, language, tmp_path):
    """It is written to a file, and has no operation yet."""
    file = tmp_path / "mine"
    done = CliRunner().invoke(driver_cli.driver, ["new", language, str(file)])
    assert done.exit_code == 0
    interpreter = {"python": sys.executable}.get(language, language)
    command = [interpreter, str(file)]
    assert f"{language} {file}" in done.output
    checked = check(command, url=url)
    assert checked.is_right, checked
    assert set(checked.features.values()) == {"unsupported"}


def test_the_python_template_is_short():
    """It can be read in a minute."""
    assert len((CLIENTS / "template.py").read_text().splitlines()) <= 60


def invoke(*words):
    """Run `segmock driver …`."""
    return CliRunner().invoke(driver_cli.driver, words)


def test_a_new_driver_is_not_written_over_another(tmp_path, monkeypatch):
    """Unless by force; without a name it is called as its language has it."""
    monkeypatch.chdir(tmp_path)
    assert "driver.sh written" in invoke("new", "sh").output
    Path("driver.sh").write_text("mine")
    refused = invoke("new", "sh")
    assert (refused.exit_code, Path("driver.sh").read_text()) == (2, "mine")
    assert "driver.sh is there already" in refused.output
    assert invoke("new", "sh", "--force").exit_code == 0
    assert invoke("new", "sh", "/no/such/folder/driver.sh").exit_code == 2


def test_a_new_driver_can_be_printed():
    """As it is shipped."""
    assert invoke("new", "node", "-").output == (CLIENTS / "node" / "template.mjs").read_text()


@pytest.mark.usefixtures("armchair")
def test_the_command_prints_what_it_found(monkeypatch):
    """Exit 2 if anything is wrong."""
    monkeypatch.setattr(driver_cli, "check", lambda words: check(words, patience=HASTY))
    code = changed("    write(", "    print('polling')\n    write(")
    done = invoke("check", "--", *PYTHON, code)
    assert done.exit_code == 2
    assert "✗ Nothing but answers goes to stdout, one for each call.  [only-answers]" in done.output
    assert "came      a line that is no answer: 'polling'" in done.output
    assert "1 of 16 things is wrong" in done.output
    assert invoke("check", "--", *PYTHON, CANNED).exit_code == 0
    assert "has no operation yet" in invoke("check", f"sh '{CLIENTS}/sh/template.sh'").output


@pytest.mark.usefixtures("armchair")
def test_the_command_prints_json(monkeypatch):
    """For programs."""
    monkeypatch.setattr(driver_cli, "check", lambda words: check(words, patience=HASTY))
    done = invoke("check", "--json", shlex.join([*PYTHON, "raise SystemExit(5)"]))
    report = json.loads(done.output)
    assert (done.exit_code, report["right"]) == (2, False)
    assert report["checks"][0]["status"] == "wrong"
    assert report["features"]["run"] == "unknown"


def test_a_command_line_that_is_none_is_refused():
    """Before any server is started."""
    assert invoke("check", "'").exit_code == 2
