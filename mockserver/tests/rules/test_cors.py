"""A page of any origin may use the data plane, and read whatever it is answered."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.wire import Request
from mockserver.contract.routing import ROUTES
from mockserver.control.journal import JournalFilter
from mockserver.gateway import gateway
from mockserver.rules import cors
from mockserver.rules.faults import FaultRequest, On
from mockserver.tests.conftest import KEY, PROMPT

ORIGIN = {"origin": "http://localhost:5173"}
PREFLIGHT = {**ORIGIN, "access-control-request-method": "POST"}
READABLE_ANYWAY = {"content-type", "content-length"}
PATHS = [
    *("/v1/ideogram-3", "/v2/ideogram-3", "/v2/requests/abc/status", "/v2/requests/abc"),
    *("/v1/requests/abc", "/v1/get-user-credits", "/outputs/abc.png", "/upload-asset"),
    *("/assets/abc.png", "/assets/datasets/abc.zip", "/workflows/abc", "/workflows/request/abc"),
    *("/webhook/get", "/inference-model-information/list", "/api/auth/authenticate"),
    *("/finetune/request/access-update", "/nowhere", "/"),
]
names = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20)


def parse_names(header):
    """Return the names that a list in a header has."""
    return {name.strip() for name in header.split(",")}


def arm(client, does, route="credits", **fields):
    """Arm a fault."""
    client.control.faults.add(FaultRequest(does=does, on=On(route=route), **fields))


def assert_readable(answer):
    """See that a page may read an answer, with every header that it has."""
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "origin" in parse_names(answer.headers["vary"])
    exposed = parse_names(answer.headers["access-control-expose-headers"])
    own = {n for n in answer.headers if not n.startswith("access-control-")} - {"vary"}
    assert own <= exposed | READABLE_ANYWAY
    assert exposed >= {"x-cost", "x-request-id", "x-remaining-credits", "content-range"}


@pytest.mark.fact("C1")
@pytest.mark.parametrize("path", PATHS)
def test_a_preflight_is_allowed_wherever_it_asks(client, path):
    """Any path, without a key: the request that it announces says for itself what is wrong."""
    answer = client.ask("OPTIONS", path, headers=PREFLIGHT, key=None)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    allowed = parse_names(answer.headers["access-control-allow-methods"])
    assert allowed >= {method for route in ROUTES.values() for method in route.methods}
    assert parse_names(answer.headers["access-control-allow-headers"]) == {
        "authorization",
        "content-type",
        "x-api-key",
    }
    assert answer.headers["access-control-max-age"] == "600"
    assert "origin" in parse_names(answer.headers["vary"])
    assert answer.facts == {"C1"}
    assert not {"content-length", "content-type"} & set(answer.headers)


@pytest.mark.fact("C1")
@given(asked=st.lists(names), spaces=st.sampled_from(["", " ", "\t "]))
def test_whatever_headers_a_page_wants_to_send_it_may(asked, spaces):
    """Every name that a preflight asks for is allowed beside those that clients send."""
    headers = {b"access-control-request-headers": f"{spaces},{spaces}".join(asked).encode()}
    request = Request(method="OPTIONS", path="/v2/ideogram-3", headers=headers)
    allowed = dict(cors.allow_request(request))[b"access-control-allow-headers"].decode()
    assert parse_names(allowed) == {*asked, "authorization", "content-type", "x-api-key"}


@given(asked=st.binary())
def test_only_names_come_back(asked):
    """What is no name of a header is left out of the answer, whatever its bytes are."""
    headers = {b"access-control-request-headers": asked}
    request = Request(method="OPTIONS", path="/v2/ideogram-3", headers=headers)
    allowed = dict(cors.allow_request(request))[b"access-control-allow-headers"]
    assert allowed.isascii()
    assert all(name.strip() and " " not in name for name in allowed.decode().split(", "))


@pytest.mark.fact("C1")
@pytest.mark.parametrize(("asked", "told"), [("true", "true"), ("false", None), (None, None)])
def test_a_page_on_the_internet_may_ask_this_machine(client, asked, told):
    """Chrome asks whether a public page may reach a private address, and gets a yes."""
    headers = {**PREFLIGHT, "access-control-request-private-network": asked}
    answer = client.ask("OPTIONS", "/v2/ideogram-3", headers=headers)
    assert answer.headers.get("access-control-allow-private-network") == told


@pytest.mark.fact("C1")
def test_every_kind_of_answer_can_be_read(make_client):
    """Successes, refusals, pages, files, parts of files, limits and failures of every status."""
    client = make_client(max_body_mib=1)
    client.account(requests_per_minute=60)
    job = client.submit()
    client.advance(60)
    output = client.get(job["response_url"]).json["output"].partition("8765")[2]
    large = b" " * (1024 * 1024 + 1)
    asked = [
        ("POST", "/v1/ideogram-3", PROMPT, {}),
        ("POST", "/v1/ideogram-turbo-img-2-img", {**PROMPT, "image_file": "http://a.test/a"}, {}),
        ("GET", job["status_url"].partition("8765")[2], None, {}),
        ("GET", output, None, {}),
        ("HEAD", output, None, {}),
        ("GET", output, None, {"range": "bytes=0-9"}),
        ("GET", output, None, {"range": "bytes=999999999-"}),
        ("GET", "/v1/ideogram-3", None, {}),
        ("GET", "/nowhere", None, {}),
        ("GET", "/outputs/nothing.png", None, {}),
        ("POST", "/v2/ideogram-3", PROMPT, {"x-api-key": None}),
        ("POST", "/v2/ideogram-3", large, {}),
        ("POST", "/v2/ideogram-3", b"{", {}),
        ("POST", "/v1/ideogram-3", {"prompt": "mock:stall"}, {}),
        ("POST", "/v1/ideogram-3", {"prompt": "mock:fail=No"}, {}),
        *(("POST", "/v1/ideogram-3", {"prompt": f"mock:status={n}"}, {}) for n in (418, 502)),
    ]
    answers = [client.ask(m, p, b, headers={**ORIGIN, **h}) for m, p, b, h in asked]
    client.account(requests_per_minute=0)
    answers.append(client.post("/v2/ideogram-3", headers=ORIGIN))
    client.account(requests_per_minute=60, credits=Decimal(0))
    answers.append(client.post("/v2/ideogram-3", headers=ORIGIN))
    for answer in answers:
        assert_readable(answer)
    statuses = {answer.status for answer in answers}
    assert statuses == {200, 206, 400, 401, 404, 405, 406, 413, 416, 418, 429, 500, 502, 504}


@pytest.mark.fact("C1")
@pytest.mark.parametrize(
    ("effect", "when"),
    [
        ({"status": 503}, "before"),
        ({"status": 503}, "after"),
        ({"status": 502}, "before"),
        ({"status": 204}, "before"),
        ({"status": 429, "headers": {"retry-after": "1", "X-Own": "a"}}, "before"),
        ({"status": 200, "body": "text:hello"}, "after"),
        ({"malformed": True}, "after"),
        ({"extra_fields": {"a": 1}}, "after"),
    ],
    ids=str,
)
def test_an_answer_that_a_fault_made_can_be_read(client, effect, when):
    """A page sees a fault's answer as other clients see it, headers of the fault's own included."""
    arm(client, effect, when=when)
    answer = client.get("/v1/get-user-credits", headers=ORIGIN)
    assert_readable(answer)


@pytest.mark.fact("C1")
def test_a_failure_of_the_emulator_can_be_read(client, monkeypatch):
    """A page sees the 500, and not an error of the browser's."""
    monkeypatch.setitem(gateway.HANDLERS, "credits", lambda *_: 1 / 0)
    answer = client.get("/v1/get-user-credits", headers=ORIGIN)
    assert answer.status == 500
    assert_readable(answer)


def test_a_fault_may_say_itself_who_can_read(client):
    """A fault that sends an allow-origin of its own is not contradicted."""
    own = {"Access-Control-Allow-Origin": "https://elsewhere.test"}
    arm(client, {"status": 500, "headers": own})
    respond = client.get("/v1/get-user-credits", headers=ORIGIN)
    assert respond.headers["access-control-allow-origin"] == "https://elsewhere.test"
    assert "access-control-expose-headers" not in respond.headers


def test_a_client_that_is_no_browser_sees_none_of_this(client):
    """Without an Origin there is no header of CORS; only a file says that there might be."""
    job = client.submit()
    client.advance(60)
    result = client.get(job["response_url"])
    for answer in (client.get("/v1/get-user-credits"), client.get("/nowhere"), result):
        assert not {n for n in answer.headers if n.startswith("access-control-") or n == "vary"}
    for url in (result.json["output"], "/outputs/nothing.png", "/assets/nothing.png"):
        headers = client.get(url, key=None).headers
        assert headers["vary"] == "origin"
        assert not {n for n in headers if n.startswith("access-control-")}


def test_a_preflight_costs_nothing_and_is_no_mistake(client):
    """It is counted by no window, struck by no fault, of no account, and draws no verdict."""
    client.account(requests_per_minute=1)
    arm(client, {"status": 500}, route="*", times=1)
    for path in ("/v2/ideogram-3?api_key=abcdefgh", "/v2/requests/abc/status"):
        for _ in range(3):
            assert client.ask("OPTIONS", path, headers=PREFLIGHT, key=None).status == 204
    assert client.control.verdicts.show()["verdicts"] == []
    assert client.control.journal.show(JournalFilter(api_key=KEY))["requests"] == []
    shown = client.control.journal.show(JournalFilter(route="preflight"))["requests"]
    assert [exchange["status"] for exchange in shown] == [204] * 6
    assert all(exchange["api_key"] is None for exchange in shown)
    assert client.post("/v2/ideogram-3").status == 500
    assert client.post("/v2/ideogram-3").status == 200


def test_another_options_is_a_wrong_verb(client):
    """Without Access-Control-Request-Method nobody asks for anything but OPTIONS itself (R8)."""
    answer = client.ask("OPTIONS", "/v2/ideogram-3", headers=ORIGIN)
    assert answer.status == 405
    assert_readable(answer)


def test_cors_can_be_off(make_client):
    """With --cors off no answer has a header of CORS, and a preflight is a wrong verb."""
    client = make_client(cors="off")
    preflight = client.ask("OPTIONS", "/v2/ideogram-3", headers=PREFLIGHT)
    answers = [preflight, client.post("/v2/ideogram-3", headers=ORIGIN)]
    answers.append(client.get("/outputs/nothing.png", headers=ORIGIN))
    assert [answer.status for answer in answers] == [405, 200, 404]
    for answer in answers:
        assert not {n for n in answer.headers if n.startswith("access-control-") or n == "vary"}
