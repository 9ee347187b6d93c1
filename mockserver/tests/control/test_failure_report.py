"""What a test's author is told: which rule, which fault, and the lines of the journal."""

from __future__ import annotations

import json

import httpx
import pytest

from mockserver import Emulator
from mockserver.contract.files import find_data_dir
from mockserver.control.failure_report import FailureReport
from mockserver.testing import segmock
from mockserver.tests.conftest import FIXED, PROMPT
from mockserver.tests.edges.test_asgi import CREDITS, SUBMIT

ROOT = "http://127.0.0.1"
MODEL = find_data_dir("contracts") / "models" / "mock-inference.json"


def find_violations(account, **options):
    """Return what a test of this account complains of."""
    return FailureReport(account).find_violations(**{"strict": True, **options})


def render_requests(account):
    """Return what the account's client asked."""
    return FailureReport(account).render_requests()


@pytest.fixture
def emulator():
    """An emulator whose clock is frozen."""
    return Emulator(clock="frozen", **FIXED)


@pytest.fixture
def account(emulator):
    """An account of it."""
    return emulator.account()


@pytest.fixture
def client(emulator, account):
    """The account's client."""
    headers, transport = {"x-api-key": account.api_key}, emulator.transport
    with httpx.Client(base_url=ROOT, transport=transport, headers=headers, timeout=1) as client:
        yield client


def test_nothing_wrong_is_nothing_to_say(account, client):
    """A client that did no harm is not complained of."""
    assert find_violations(account) == []
    client.get(CREDITS)
    assert find_violations(account) == []


def test_a_broken_rule_is_told_with_its_exchanges(account, client):
    """Its name, its title, its facts, why it matters, and only the lines it is about."""
    client.get(CREDITS)
    for _ in range(2):
        client.post("/v2/painter", json=PROMPT)
    [complaint] = find_violations(account)
    [verdict] = account.verdicts
    first, *rest = complaint.splitlines()
    assert first == (
        f"segmock: MUST repeated-after-refusal: {verdict['title']} ({', '.join(verdict['facts'])})"
    )
    assert verdict["explanation"] in " ".join(rest)
    assert [" ".join(each.split()) for each in rest if "#" in each] == [
        "#3 0 ms POST /v2/painter → 404 “Model 'painter' not found”"
    ]
    assert max(map(len, rest)) <= 100


def test_repetitions_are_folded_and_many_lines_cut_short(account, client):
    """Of calls that say the same the first and the last are shown, of others about a dozen."""
    for _ in range(21):
        client.post("/v2/painter", json=PROMPT)
    [complaint] = find_violations(account)
    assert [" ".join(line.split()) for line in complaint.splitlines()[-3:]] == [
        "#2 0 ms POST /v2/painter → 404 “Model 'painter' not found”",
        "… 18 more like it, until 0 ms",
        "#21 0 ms POST /v2/painter → 404 “Model 'painter' not found”",
    ]
    for each in range(21):
        client.post(f"/v2/painter?a={each}", json=PROMPT)
        client.post(f"/v2/painter?a={each}", json=PROMPT)
    [complaint] = find_violations(account)
    assert complaint.count(" #") == 11
    assert "… 18 more like it, until 0 ms\n" in complaint
    assert "… 12 more, until 0 ms\n" in complaint


def test_an_exchange_that_has_left_the_journal_is_counted(account, client):
    """The journal is a ring: a verdict may be about what is no longer shown."""
    for _ in range(2):
        client.post("/v2/painter", json=PROMPT)
    [verdict] = account.verdicts

    class Forgetful:
        requests, verdicts, faults, dropped = [], [verdict], [], 0

    assert find_violations(Forgetful)[0].endswith("… and 1 no longer in the journal")


# Advice


def test_what_passed_and_is_not_as_known_is_told_once(tmp_path):
    """Below the calls of a test stands each sentence about parameters, with the first such call."""
    document = json.loads(MODEL.read_text())
    document["properties"]["length"] = {"type": "integer", "x-advice": {"enum": [5, 10]}}
    (tmp_path / MODEL.name).write_text(json.dumps(document))
    emulator = Emulator(models=tmp_path, clock="frozen", **FIXED)
    account = emulator.account()
    headers = {"x-api-key": account.api_key}
    with httpx.Client(base_url=ROOT, transport=emulator.transport, headers=headers) as client:
        for length in (5, 7, 7, 8, "10", "10"):
            client.post("/v2/mock-inference", json={"prompt": "a", "length": length})
    assert render_requests(account).partition("  about what passed:\n")[2] == (
        "  #2: Parameter 'length' is 7; known values are 5, 10.\n"
        "  #4: Parameter 'length' is 8; known values are 5, 10.\n"
        "  #5: A number or boolean came as text: length."
    )


def test_a_model_that_is_not_there_is_told_with_what_to_do(account, client):
    """Once, however often it was called; the client saw a 404."""
    for slug in ("ideogram3", "ideogram3", "midjourney"):
        client.post(f"/v2/{slug}", json=PROMPT)
    assert render_requests(account).partition("  about models that did not run:\n")[2] == (
        "  #1: did you mean `ideogram-3`? to serve it anyway: --unknown-models image, or segmock "
        "models new ideogram3 --like image\n"
        "  #3: `segmock models list` names all models; to serve it anyway: --unknown-models KIND, "
        "or segmock models new midjourney --like KIND; KIND is image, video, audio, text or json"
    )


def be_hasty(client):
    """Break a SHOULD rule: ask for a result that is not there yet."""
    client.get(client.post(SUBMIT, json=PROMPT).json()["response_url"])


def test_advice_alone_is_no_complaint_unless_it_is_asked_for(account, client):
    """A SHOULD fails nothing but a test that is held to it."""
    be_hasty(client)
    assert find_violations(account) == find_violations(account, strict=False) == []
    [complaint] = find_violations(account, strict="should")
    assert complaint.startswith("segmock: SHOULD fetched-result-early: ")
    [advice] = FailureReport(account).find_advice(strict=True)
    assert advice.startswith("segmock: advice, SHOULD fetched-result-early: ")
    assert advice.splitlines()[1:] == complaint.splitlines()[1:]
    assert FailureReport(account).find_advice(strict="should") == []


def test_advice_stands_below_what_is_complained_of(account, client):
    """Whoever has to mend the client anyway sees at once what else it could do better."""
    be_hasty(client)
    for _ in range(2):
        client.post("/v2/painter", json=PROMPT)
    grave, advice = find_violations(account)
    assert grave.startswith("segmock: MUST repeated-after-refusal")
    assert advice.startswith("segmock: advice, SHOULD fetched-result-early")
    assert FailureReport(account).render_verdicts() == f"{grave}\n\n{advice}"
    grave, strictly = find_violations(account, strict="should")
    assert strictly.startswith("segmock: SHOULD fetched-result-early")


def test_what_a_report_has_told_is_named_and_not_told_again(account, client):
    """At the end of a test that failed titles are enough; advice is none of its business."""
    be_hasty(client)
    for _ in range(2):
        client.post("/v2/painter", json=PROMPT)
    [complaint] = find_violations(account, is_told=True)
    assert complaint.splitlines()[0].startswith("segmock: MUST repeated-after-refusal")
    assert complaint.splitlines()[1:] == ["The report of the failed test shows where."]


def test_a_client_that_broke_nothing_has_no_verdicts_to_show(account):
    """So its report has no section of them."""
    assert FailureReport(account).render_verdicts() == ""


# Faults that never struck


def test_an_idle_fault_is_told_with_what_was_asked(account, client):
    """The rule as it was armed, and the calls that were made in its stead."""
    rule = account.faults.add({"status": 503, "body": "html"}, "submit", when="after", times=2)
    client.get(CREDITS)
    [complaint] = find_violations(account)
    assert f"{rule['id']} never struck" in complaint
    for words in ("503", "html", "submit", "after", "times 2", f"GET  {CREDITS}"):
        assert words in complaint
    assert account.api_key not in complaint
    assert find_violations(account, with_faults=False) == []


def test_an_idle_fault_of_a_client_that_asked_nothing_says_so(account):
    """Perhaps the client was never pointed here."""
    account.faults.add({"reset": True})
    [complaint] = find_violations(account)
    assert "nothing at all was asked" in complaint


def test_silence_is_told_with_the_address_that_was_to_be_asked():
    """The likeliest reason is that the client has another."""
    with segmock(strict=False) as account:
        account.faults.add({"reset": True})
        assert render_requests(account) == f"nothing at all; the server's root is {account.url}"
        [complaint] = find_violations(account)
    assert complaint.endswith(f"\n  nothing at all was asked; the server's root is {account.url}")


def test_faults_that_struck_or_were_left_to_chance_are_fine(account, client):
    """Nor does a rule of another account, or of all, concern this test."""
    account.faults.add({"status": 503}, "submit", times=2)
    account.faults.add({"reset": True}, "poll", probability=0.0001)
    client.post(SUBMIT, json=PROMPT)
    assert find_violations(account) == []


IDLE = {
    "none on that route": (
        ({"status": 503}, {"on": "poll"}),
        "The client never made the call that it means (poll; its calls: submit, status). ",
    ),
    "none in that state": (
        ({"status": 503}, {"on": {"route": "status", "state": "PROCESSING"}}),
        "The client never made the call that it means. ",
    ),
    "one, let pass": (
        ({"status": 503}, {"on": "submit", "skip": 1}),
        "The client made 1 such call, and the rule let it pass. ",
    ),
    "two, let pass": (
        ({"status": 503}, {"on": "status", "every": 3}),
        "The client made 2 such calls, and the rule let them pass. ",
    ),
    "a sequence": (
        ([None, None, {"reset": True}], {"on": "status"}),
        "The client made 2 such calls, and the rule let them pass. ",
    ),
}


@pytest.mark.parametrize(("rule", "why"), IDLE.values(), ids=IDLE)
def test_an_idle_fault_is_told_with_the_reason(account, client, rule, why):
    """There was no call that it means, or it was one that the rule lets pass."""
    effect, options = rule
    account.faults.add(effect, **options)
    status_url = client.post(SUBMIT, json=PROMPT).json()["status_url"]
    for _ in range(2):
        client.get(status_url)
    [complaint] = find_violations(account)
    assert complaint.splitlines()[1] == f"{why}What it did ask:"


def test_a_fault_may_be_idle_because_of_another(account, client):
    """Rules after the one that strikes a call do not see it."""
    account.faults.add({"status": 502}, "submit")
    account.faults.add({"status": 503}, "submit")
    client.post(SUBMIT, json=PROMPT)
    [complaint] = find_violations(account)
    assert "never made the call that it means, or another rule struck it first. " in complaint


def test_the_grave_comes_before_the_idle(account, client):
    """Both are told, the broken rule first."""
    account.faults.add({"reset": True}, "poll")
    for _ in range(2):
        client.post("/v2/painter", json=PROMPT)
    first, second = find_violations(account)
    assert "MUST" in first
    assert "never struck" in second


def test_no_complaint_shows_a_key(account, client):
    """Keys are hidden, in whatever place the client has put them."""
    for _ in range(2):
        client.post(f"/v2/painter?api_key={account.api_key}", json=PROMPT)
    told = "\n".join(find_violations(account))
    assert "key-in-query" in told
    assert account.api_key not in told


def test_a_journal_that_could_not_keep_everything_is_complained_of(emulator, account, client):
    """Nobody can tell whether the calls that are gone broke a rule, so the test must not pass."""
    emulator.services.store.records[account.api_key].journal.max_exchanges = 5
    for _ in range(5):
        client.get(CREDITS)
    assert find_violations(account) == []
    for _ in range(3):
        client.get(CREDITS)
    [complaint] = find_violations(account)
    assert "the oldest 3 are gone" in complaint
    account.reset()
    assert find_violations(account) == []


# Calls with a key of nobody's

STRAYS = {
    "a wrong key": ({"x-api-key": "SG_wrong"}, SUBMIT, "POST /v2/ideogram-3 → 200 with key …rong"),
    "a longer wrong key": (
        {"x-api-key": "SG_quitewrong"},
        SUBMIT,
        "POST /v2/ideogram-3 → 200 with key …rong",
    ),
    "no key": ({}, SUBMIT, "POST /v2/ideogram-3 → 401 without a key"),
    "the key as Bearer": (
        {"authorization": "Bearer SG_quitewrong"},
        SUBMIT,
        "POST /v2/ideogram-3 → 401 with key …rong as Bearer, which is no x-api-key",
    ),
    "no such path": ({}, "/v3/ideogram-3", "POST /v3/ideogram-3 → 404 without a key"),
    "escapes": ({}, "/v3/%1b[31mred", r"POST /v3/\u001b[31mred → 404 without a key"),
}


def stray(emulator, headers, path):
    """Call as a client of nobody's."""
    with httpx.Client(base_url=ROOT, transport=emulator.transport) as client:
        client.post(path, json=PROMPT, headers=headers)


@pytest.mark.parametrize(("headers", "path", "told"), STRAYS.values(), ids=STRAYS)
def test_a_call_with_a_key_of_nobodys_is_shown_where_there_was_no_other(
    emulator, account, headers, path, told
):
    """In place of "nothing at all", and under a fault that never struck."""
    account.faults.add({"status": 503}, "submit")
    stray(emulator, headers, path)
    also = "during this test the server also saw"
    assert render_requests(account) == f"  nothing with this test's key; {also} {told}"
    [complaint] = find_violations(account)
    assert complaint.endswith(f"\n  nothing with this test's key; {also} {told}")


def test_calls_with_keys_of_nobodys_are_shown_after_the_clients_own(emulator, account, client):
    """Several have a line each, and no more than the reader can bear."""
    client.get(CREDITS)
    for _ in range(20):
        stray(emulator, {}, SUBMIT)
    own, lead, *lines = render_requests(account).splitlines()
    assert own.endswith(f"GET  {CREDITS}  → 200")
    assert lead == "  during this test the server also saw"
    assert lines == ["  POST /v2/ideogram-3 → 401 without a key"] * 12 + ["  … and 8 more"]


def test_calls_of_other_tests_are_not_shown(emulator, account):
    """Their keys are introduced, and what came before this test's account is of no concern."""
    other = emulator.account()
    stray(emulator, {"x-api-key": other.api_key}, SUBMIT)
    assert render_requests(account) == "nothing at all"
    stray(emulator, {}, SUBMIT)
    assert render_requests(emulator.account()) == "nothing at all"
    assert find_violations(account) == []
