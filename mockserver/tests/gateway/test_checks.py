"""The order of the checks, each neighbour against the next."""

from decimal import Decimal

import pytest

from mockserver.gateway import checks
from mockserver.tests.conftest import KEY, PROMPT, Client

JSON = "application/json"


def _make_client(fault: str) -> Client:
    """Return a client for which, of everything that depends on the account, one thing is wrong."""
    fields = {
        "rate": {"requests_per_minute": 0},
        "model": {"denied_models": ["*"]},
        "credits": {"credits": Decimal(0)},
    }
    client = Client(accept="listed")
    if fault != "key":
        client.account(KEY, **fields.get(fault, {}))
    return client


def _make_request(faults: set[str]) -> dict:
    """Return a request in which these things are wrong."""
    body = {"body": b"{", "contract": {"prompt": ""}}
    chosen = next((body[fault] for fault in ("body", "contract") if fault in faults), PROMPT)
    kind = "text/plain" if "content type" in faults else JSON
    path = "/v1/nobody" if "slug" in faults else "/v1/ideogram-3"
    method = "PUT" if "route" in faults else "POST"
    return {"method": method, "path": path, "body": chosen, "headers": {"content-type": kind}}


def _find_account_fault(faults: set[str]) -> str:
    return next((f for f in ("key", "model", "rate", "credits") if f in faults), "")


PAIRS = [
    ("route", "key", 405),
    ("key", "slug", 401),
    ("slug", "content type", 404),
    ("content type", "body", 406),
    ("body", "credits", 400),
    ("contract", "credits", 400),
]
"""Two faults that can stand together, and the status of the first."""


@pytest.mark.fact("E2", "E3")
@pytest.mark.parametrize(("first", "second", "status"), PAIRS)
def test_of_two_faults_the_earlier_one_is_told(first, second, status):
    """Where two things are wrong, the gateway names the one that it checks first."""
    faults = {first, second}
    client = _make_client(_find_account_fault(faults))
    assert client.ask(**_make_request(faults)).status == status


def _configure(client: Client, **fields) -> Client:
    client.account(**fields)
    return client


@pytest.mark.fact("A6", "E5", "L2")
def test_a_denied_model_is_told_before_a_full_window():
    """403 comes before 429."""
    client = _configure(Client(), denied_models=["*"], requests_per_minute=0)
    assert client.post("/v1/ideogram-3").status == 403


@pytest.mark.fact("E4", "E5")
def test_an_unknown_model_is_told_before_a_full_window():
    """404 comes before 429: only calls of known models are counted."""
    assert _configure(Client(), requests_per_minute=0).post("/v1/nobody").status == 404


@pytest.mark.fact("E5", "E3")
def test_a_full_window_is_told_before_the_content_type():
    """429 comes before 406."""
    client = _configure(Client(), requests_per_minute=0)
    assert client.post("/v1/ideogram-3", b"x", headers={"content-type": "a/b"}).status == 429


@pytest.mark.fact("E3")
def test_the_content_type_is_told_before_credits():
    """Of the two kinds of 406, the content type comes first."""
    client = _configure(Client(), credits=Decimal(0))
    answer = client.post("/v1/ideogram-3", b"x", headers={"content-type": "text/plain"})
    assert answer.error == "Invalid content type"


def test_the_content_type_is_told_before_the_size():
    """406 comes before 413."""
    client = Client(max_body_mib=1)
    body = b"x" * (1024 * 1024 + 1)
    assert client.post("/v1/ideogram-3", body, headers={"content-type": "a/b"}).status == 406
    assert client.post("/v1/ideogram-3", body).status == 413


@pytest.mark.fact("E2", "E3")
def test_400_is_told_before_406_within_one_body():
    """A parameter of the wrong type outranks one outside its set."""
    wrong = {**PROMPT, "style_type": "ODD", "seed": "x"}
    assert Client().post("/v1/ideogram-3", wrong).status == 400
    assert Client().post("/v1/ideogram-3", {**PROMPT, "style_type": "ODD"}).status == 406


@pytest.mark.fact("E3", "T10")
def test_a_value_outside_its_set_is_told_before_credits_on_v1_only():
    """On v1 a wrong value hides an empty wallet; v2 looks at the wallet alone."""
    client = _configure(Client(), credits=Decimal(0))
    odd = {**PROMPT, "style_type": "ODD"}
    assert "style_type" in client.post("/v1/ideogram-3", odd).error
    assert "credits" in client.post("/v2/ideogram-3", odd).error


def test_credits_are_told_before_a_run_is_made_to_fail():
    """A trigger acts where the run would begin: after every check."""
    client = _configure(Client(key="SG_0000000000000500"), credits=Decimal(0))
    assert client.post("/v1/ideogram-3").status == 406


def test_the_steps_of_an_inference_call_are_these():
    """The tuple is the order; a new step needs its place, and a test of it."""
    names = [step.__name__ for step in checks.CHECKS]
    assert names == [
        "check_route",
        "check_key",
        "check_model",
        "check_rate",
        "check_content_type",
        "check_body",
        "check_contract",
        "check_credits",
        "make_job",
    ]
