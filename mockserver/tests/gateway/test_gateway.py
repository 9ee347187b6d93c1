"""The gateway's behaviour, fact by fact, against the core."""

import re
from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image

from mockserver.base.clock import render_iso
from mockserver.base.wire import Request, Wait
from mockserver.control.clock import ClockChange
from mockserver.control.jobs import JobChange
from mockserver.control.journal import JournalFilter
from mockserver.tests.conftest import HOST, KEY, OTHER_KEY, PROMPT

FIVE = [
    "ideogram-turbo-txt-2-img",
    "ideogram-turbo-img-2-img",
    "ideogram-2a-txt-2-img",
    "ideogram-txt-2-img",
    "ideogram-3",
]
SECOND = 1_000_000
FROM_IMAGE = {**PROMPT, "image_file": "https://example.com/in.png"}


def submit_and_finish(client, slug="ideogram-3", body=PROMPT):
    """Submit a run, let a minute pass, and return the answer to its submit."""
    submitted = client.submit(slug, body)
    client.advance(60)
    return submitted


# --- Routes -------------------------------------------------------------------------------


@pytest.mark.fact("R1", "V2")
@pytest.mark.parametrize("slug", FIVE)
def test_v1_answers_once_the_run_is_over(client, slug):
    """POST /v1/{slug} answers with the result, its price and the time it took."""
    answer = client.post(f"/v1/{slug}", FROM_IMAGE)
    model = client.emulator.catalogue.models[slug]
    assert answer.status == 200
    assert Decimal(answer.headers["x-cost"]) == model.compute_price({})
    assert float(answer.headers["x-generation-time"]) == pytest.approx(model.terms.typical_s / 20)


@pytest.mark.fact("R2", "S1")
@pytest.mark.parametrize("slug", FIVE)
def test_a_submit_answers_at_once_with_five_keys_in_order(client, slug):
    """POST /v2/{slug} queues a run; its answer has exactly five keys, alphabetically."""
    submitted = client.submit(slug, FROM_IMAGE)
    request_id = submitted["request_id"]
    assert list(submitted.items()) == [
        ("poll_url", f"http://{HOST}/v1/requests/{request_id}"),
        ("request_id", request_id),
        ("response_url", f"http://{HOST}/v2/requests/{request_id}"),
        ("status", "QUEUED"),
        ("status_url", f"http://{HOST}/v2/requests/{request_id}/status"),
    ]


@pytest.mark.fact("R3", "T3", "T11")
def test_the_status_never_holds_the_output(client):
    """The light poll of a completed request has status, id and metrics, cost among them."""
    body = client.get(submit_and_finish(client)["status_url"]).json
    assert list(body) == ["status", "request_id", "metrics"]
    assert body["metrics"]["cost"] == 0.075
    assert body["metrics"]["remaining_credits"] == 99.925


@pytest.mark.fact("R4", "O1", "O2")
def test_the_full_result_describes_the_image(client):
    """The result of an image run has output, images, timings, seed and prompt."""
    body = client.get(submit_and_finish(client)["response_url"]).json
    image = body["images"][0]
    assert body["output"] == image["url"]
    assert image["file_name"] == body["output"].rpartition("/")[2]
    assert body["prompt"] == PROMPT["prompt"]
    assert set(body) >= {"status", "request_id", "output", "images", "timings", "metrics"}
    assert image["file_size"] == len(client.get(body["output"], key=None).body)


@pytest.mark.fact("R5")
def test_the_poll_url_answers_like_the_result_but_for_unknown_ids(client):
    """GET /v1/requests/{id} answers as the result does; only the words of a 404 differ."""
    submitted = client.submit()
    for _ in range(3):
        assert client.get(submitted["poll_url"]).body == client.get(submitted["response_url"]).body
        client.advance(0.3)
    assert client.get("/v1/requests/x1").error == "Output for this request ID x1 Not Found"


@pytest.mark.fact("R6")
def test_the_balance_costs_nothing(client):
    """The credits of a key are two numbers; asking changes neither."""
    client.account(credits=Decimal("7.5"), free_credits=Decimal("0.0184921035"))
    for _ in range(2):
        answer = client.get("/v1/get-user-credits")
        assert answer.body == b'{"credits":7.5,"free-credits":0.0184921035}'


@pytest.mark.fact("R6")
def test_an_account_without_a_balance_record_is_404(client):
    """An account whose credits are null has no balance to show."""
    client.account(credits=None)
    answer = client.get("/v1/get-user-credits")
    assert (answer.status, answer.error) == (404, "No credits found for the user")


@pytest.mark.fact("R7")
def test_an_output_is_public_and_leaves_after_seven_days(client):
    """An output needs no key, outlives its request, and is gone 7 days after it was made."""
    output = client.get(submit_and_finish(client)["response_url"]).json["output"]
    made_after_s = 0.5145
    client.advance(7 * 86_400 - 60 + made_after_s - 0.001)
    assert client.get(output, key=None).status == 200
    client.advance(0.001)
    gone = client.get(output, key=None)
    assert (gone.status, gone.error) == (404, "Output not found")
    assert not client.store.settlement.outputs


@pytest.mark.fact("R7")
def test_outputs_of_the_vendor_host_lie_on_its_image_host(client):
    """A client that speaks to the vendor's host is sent to the vendor's image host."""
    headers = {"host": "api.segmind.com", "x-forwarded-proto": "https"}
    submitted = client.submit(headers=headers)
    assert submitted["status_url"].startswith("https://api.segmind.com/v2/requests/")
    client.advance(60)
    path = f"/v2/requests/{submitted['request_id']}"
    assert (
        client.get(path, headers=headers)
        .json["output"]
        .startswith("https://images.segmind.com/outputs/")
    )


@pytest.mark.fact("R8")
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["/v1/ideogram-3", "/v2/ideogram-3"])
def test_another_verb_on_a_model_is_405_as_html(client, method, path):
    """Model routes take POST only; anything else gets an HTML page."""
    answer = client.ask(method, path)
    assert answer.status == 405
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["allow"] == "POST"
    assert answer.body.startswith(b"<html>")


@pytest.mark.fact("R9")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "/v2/requests/0123", 405),
        ("POST", "/v2/requests/0123/cancel", 404),
        ("GET", "/v2/requests", 405),
        ("GET", "/v2/requests/", 404),
        ("GET", "/v1/models", 405),
        ("GET", "/", 404),
    ],
)
def test_there_is_no_cancel_and_no_list(client, method, path, status):
    """What the gateway does not have is refused."""
    assert client.ask(method, path).status == status


# --- Authentication -----------------------------------------------------------------------

INFERENCE = [("POST", "/v1/ideogram-3"), ("POST", "/v2/ideogram-3")]
KEYED = [
    *INFERENCE,
    ("GET", "/v2/requests/0123/status"),
    ("GET", "/v2/requests/0123"),
    ("GET", "/v1/requests/0123"),
    ("GET", "/v1/get-user-credits"),
]


@pytest.mark.fact("A1", "A2")
@pytest.mark.parametrize(("method", "path"), KEYED)
@pytest.mark.parametrize("key", [None, ""])
def test_no_key_is_401(make_client, method, path, key):
    """Every route but an output wants a key in x-api-key."""
    client = make_client(key=None)
    answer = client.ask(method, path, PROMPT, headers={"x-api-key": key} if key == "" else {})
    assert (answer.status, answer.error) == (401, "Missing Authorization or x-api-key in header")


@pytest.mark.fact("A3")
@pytest.mark.parametrize(("method", "path"), KEYED)
def test_an_unknown_key_is_401_where_only_listed_ones_count(make_client, method, path):
    """Under --accept listed a key that was never made is invalid; a made one is not."""
    client = make_client(accept="listed")
    answer = client.ask(method, path, PROMPT)
    assert answer.status == 401
    assert answer.error.startswith("Unauthorized. API key is invalid or may have expired...")
    client.account()
    assert client.ask(method, path, PROMPT).status != 401


@pytest.mark.fact("A3")
def test_a_revoked_key_is_as_invalid_as_an_unknown_one(client):
    """Revoking an account shuts it out until it is active again."""
    client.account(status="revoked")
    assert client.get("/v1/get-user-credits").status == 401
    client.account(status="active")
    assert client.get("/v1/get-user-credits").status == 200


@pytest.mark.fact("A4")
@pytest.mark.parametrize(("method", "path"), INFERENCE)
def test_the_same_key_as_bearer_is_refused(client, method, path):
    """The inference routes do not take the key as Authorization: Bearer."""
    client.submit()
    answer = client.ask(method, path, PROMPT, {"authorization": f"Bearer {KEY}"}, key=None)
    assert answer.status == 401


@pytest.mark.fact("A7")
@pytest.mark.parametrize("path", ["/v1/gpt-5.5", "/v1/claude-4.5-sonnet", "/v2/gemini-2.5-flash"])
def test_a_chat_model_takes_no_bearer_either(client, path):
    """Some pages of chat models show the key as Bearer; it is refused there as everywhere."""
    bearer = {"authorization": f"Bearer {KEY}"}
    assert client.ask("POST", path, PROMPT, bearer, key=None).status == 401
    assert client.ask("POST", path, PROMPT, bearer).status == 200


@pytest.mark.fact("A5")
@pytest.mark.parametrize("key", ["SG_0123456789abcdef", "YOUR_API_KEY", "x"])
def test_any_non_empty_key_is_an_account_and_does_not_expire(client, key):
    """Under --accept any a key becomes an account on first use, and stays one."""
    assert client.get("/v1/get-user-credits", key=key).status == 200
    client.advance(365 * 86_400)
    assert client.get("/v1/get-user-credits", key=key).status == 200


@pytest.mark.fact("A6")
@pytest.mark.parametrize("path", ["/v1/ideogram-3", "/v2/ideogram-3"])
def test_a_denied_model_is_403(client, path):
    """A model that exists but is not for this account is 403; others still work."""
    client.account(denied_models=["ideogram-3"])
    assert client.post(path).status == 403
    assert client.post(path.replace("ideogram-3", "ideogram-2a-txt-2-img")).status == 200


# --- Submitting ---------------------------------------------------------------------------


@pytest.mark.fact("S1b")
def test_ids_are_32_hex_digits_and_looked_up_in_either_spelling(client):
    """A dashed or upper-case spelling of an id finds the same request."""
    request_id = client.submit()["request_id"]
    assert re.fullmatch("[0-9a-f]{32}", request_id)
    h = request_id
    dashed = f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"
    for spelling in (dashed, request_id.upper()):
        assert client.get(f"/v2/requests/{spelling}").json["request_id"] == request_id


@pytest.mark.fact("S2", "E7")
def test_every_post_is_a_new_request_and_a_new_charge(client):
    """Two equal submits make two requests, and both are charged."""
    first, second = client.submit(), client.submit()
    assert first["request_id"] != second["request_id"]
    client.advance(60)
    ledger = client.account()["ledger"]
    assert [entry["request_id"] for entry in ledger] == [first["request_id"], second["request_id"]]


# --- States -------------------------------------------------------------------------------


@pytest.mark.fact("T1", "T2", "T8")
def test_a_request_goes_through_the_states_in_order(client):
    """QUEUED for a tenth of the time, then PROCESSING, then COMPLETED; nothing else."""
    submitted = client.submit()
    seen = []
    for _ in range(12):
        status = client.get(submitted["status_url"]).json
        result = client.get(submitted["response_url"]).json
        assert result["status"] == status["status"]
        if status["status"] != "COMPLETED":
            assert status == result
            assert list(status) == ["status", "request_id", "status_url", "response_url", "metrics"]
            assert status["metrics"] == {}
        seen.append(status["status"])
        client.advance(0.05145)
    assert seen == ["QUEUED"] + ["PROCESSING"] * 9 + ["COMPLETED"] * 2


@pytest.mark.fact("T4", "T11", "E8")
def test_a_failed_request_is_422_on_all_three_routes(client):
    """FAILED comes as 422 with status, error and metrics, and without any cost."""
    submitted = submit_and_finish(client, body={"prompt": "mock:fail=out of paper"})
    for url in (submitted["status_url"], submitted["response_url"], submitted["poll_url"]):
        answer = client.get(url)
        assert answer.status == 422
        assert list(answer.json) == ["status", "error", "metrics"]
        assert answer.json["error"] == "out of paper"
        assert list(answer.json["metrics"]) == ["inference_time", "queue_time", "total_time"]
    assert client.account()["credits"] == 100


@pytest.mark.fact("T5")
def test_a_content_block_is_an_ordinary_failure(client):
    """What the content policy blocks is FAILED, not a state of its own."""
    answer = client.get(submit_and_finish(client, body={"prompt": "mock:block"})["status_url"])
    assert (answer.status, answer.json["status"]) == (422, "FAILED")


@pytest.mark.fact("T6")
@pytest.mark.parametrize("spelling", ["0" * 32, "nope", "%%%", "a" * 150, "A-b-C"])
def test_an_unknown_id_is_404_and_echoed_as_spelled(client, spelling):
    """An id that was never given out, or could not be, is 404 in the client's own spelling."""
    for path in (f"/v2/requests/{spelling}/status", f"/v2/requests/{spelling}"):
        answer = client.get(path)
        assert (answer.status, answer.error) == (404, f"Request {spelling} not found")


@pytest.mark.fact("T6")
def test_another_accounts_request_is_404(client):
    """A request is found under the key that made it, and no other."""
    submitted = client.submit()
    for url in (submitted["status_url"], submitted["response_url"], submitted["poll_url"]):
        assert client.get(url, key=OTHER_KEY).status == 404
        assert client.get(url).status == 200


@pytest.mark.fact("T7")
def test_a_request_is_gone_exactly_an_hour_after_its_submission(client):
    """To the microsecond: kept for 3,600 s after the submit, then 404 for good."""
    submitted = client.submit()
    client.advance(3599.999999)
    assert client.get(submitted["response_url"]).status == 200
    client.advance(0.000001)
    for url in (submitted["status_url"], submitted["response_url"], submitted["poll_url"]):
        assert client.get(url).status == 404
    assert not client.store.records[KEY].jobs


@pytest.mark.fact("T10")
@pytest.mark.parametrize(
    ("body", "parameter"), [({"prompt": ""}, "prompt"), ({**PROMPT, "seed": 7}, "seed")]
)
def test_v2_accepts_a_wrong_body_and_fails_the_job_when_it_runs(client, body, parameter):
    """A wrong value is no matter at submit; the worker refuses it within milliseconds."""
    submitted = client.submit("ideogram-3", body)
    assert client.get(submitted["status_url"]).json["status"] == "QUEUED"
    client.advance(60)
    answer = client.get(submitted["status_url"])
    assert answer.status == 422
    assert f"'{parameter}'" in answer.json["error"]
    assert answer.json["metrics"]["inference_time"] == 0.003


@pytest.mark.fact("T10")
def test_upfront_validation_refuses_a_wrong_v2_body_as_v1_would(make_client):
    """With --validation upfront the submit gets the status and words of v1."""
    client = make_client(validation="upfront")
    for body in ({}, {**PROMPT, "seed": "x"}, {**PROMPT, "style_type": "ODD"}):
        refused, blocking = client.post("/v2/ideogram-3", body), client.post("/v1/ideogram-3", body)
        assert (refused.status, refused.body) == (blocking.status, blocking.body)
        assert refused.status in {400, 406}


# --- Results ------------------------------------------------------------------------------


@pytest.mark.fact("O3")
def test_metrics_add_up(client):
    """Queue and inference time make the total; cost and balance belong to this booking."""
    client.account(credits=Decimal(1))
    first, second = client.submit(), client.submit()
    client.advance(60)
    for submitted, remaining in ((first, 0.925), (second, 0.85)):
        metrics = client.get(submitted["response_url"]).json["metrics"]
        total = metrics["queue_time"] + metrics["inference_time"]
        assert metrics["total_time"] == pytest.approx(total)
        assert (metrics["cost"], metrics["remaining_credits"]) == (0.075, remaining)
        assert "retry_count" not in metrics


@pytest.mark.fact("O5")
def test_mock_inference_takes_as_long_as_it_is_told(client):
    """`sleep` is how many seconds the run takes, whatever the speed."""
    submitted = client.submit("mock-inference", {"sleep": 42})
    client.advance(41.999)
    assert client.get(submitted["status_url"]).json["status"] == "PROCESSING"
    client.advance(0.001)
    body = client.get(submitted["response_url"]).json
    assert body["metrics"]["total_time"] == 42
    assert {"output", "reasoning", "partial"} <= set(body)
    assert client.post("/v1/mock-inference", {"sleep": 3}).headers["x-generation-time"] == "3.0"


@pytest.mark.fact("V1", "V1d")
@pytest.mark.parametrize("slug", FIVE)
def test_v1_returns_what_the_models_page_says(client, slug):
    """Four models answer with the provider's JSON, img-2-img with raw image bytes."""
    answer = client.post(f"/v1/{slug}", FROM_IMAGE)
    if slug == "ideogram-turbo-img-2-img":
        assert answer.headers["content-type"] == "image/png"
        assert Image.open(BytesIO(answer.body)).size == (1024, 1024)
        return
    datum = answer.json["data"][0]
    assert set(answer.json) == {"created", "data"}
    assert datum["resolution"] == "1024x1024"
    assert datum["style_type"] == "GENERAL"
    assert datum["is_image_safe"] is True
    assert client.get(datum["url"], key=None).status == 200


@pytest.mark.fact("V1b")
@pytest.mark.parametrize("slug", FIVE)
def test_v1_can_return_one_kind_for_all(make_client, slug):
    """--v1 image and --v1 json override what the contracts say."""
    as_image = make_client(v1="image").post(f"/v1/{slug}", FROM_IMAGE)
    as_json = make_client(v1="json").post(f"/v1/{slug}", FROM_IMAGE)
    assert as_image.headers["content-type"] == "image/png"
    assert "data" in as_json.json


@pytest.mark.fact("V2")
def test_v1_headers_tell_cost_balance_id_time_and_seed(client):
    """A blocking success carries the headers, the reset only where there is a limit."""
    client.account(credits=Decimal(1))
    answer = client.post("/v1/ideogram-3", {**PROMPT, "seed": 4711})
    assert answer.headers["x-cost"] == "0.075"
    assert answer.headers["x-remaining-credits"] == "0.925"
    assert answer.headers["x-seed-value"] == "4711"
    assert "x-rate-limit-reset-at-utc" not in answer.headers
    assert client.get(f"/v2/requests/{answer.headers['x-request-id']}").status == 200
    client.account(plan="pro")
    limited = client.post("/v1/ideogram-3").headers
    assert limited["x-rate-limit-reset-at-utc"] == "2026-01-01T00:01:00.000000Z"
    assert "x-seed-value" not in client.post("/v1/mock-inference", {}).headers


@pytest.mark.fact("V2", "O2")
def test_v1_and_v2_tell_the_seed_that_was_used(client):
    """A given seed is kept; without one a seed in range is drawn, and told everywhere."""
    for seed in (None, 100, 999_999):
        body = PROMPT if seed is None else {**PROMPT, "seed": seed}
        blocking = client.post("/v1/ideogram-3", body)
        used = blocking.json["data"][0]["seed"]
        assert blocking.headers["x-seed-value"] == str(used)
        queued = client.get(submit_and_finish(client, body=body)["response_url"]).json["seed"]
        assert all(100 <= each <= 999_999 for each in (used, queued))
        assert seed is None or used == queued == seed


@pytest.mark.fact("V3")
@pytest.mark.parametrize(("seconds", "status"), [(60, 200), (60.000001, 504), (3600, 504)])
def test_a_blocking_run_of_more_than_a_minute_is_504(client, seconds, status):
    """After 60 s the edge gives up, as HTML, and nothing is charged."""
    answer = client.post("/v1/ideogram-3", {"prompt": f"mock:slow={seconds}"})
    assert answer.status == status
    if status == 504:
        assert answer.headers["content-type"].startswith("text/html")
        client.advance(3600)
        assert client.account()["credits"] == 100


@pytest.mark.fact("V4")
@pytest.mark.parametrize("prompt", ["mock:fail=no ink", "mock:block"])
def test_a_blocking_run_that_fails_is_500_and_not_billed(client, prompt):
    """On v1 a failure, a content block too, is 500 with the envelope."""
    answer = client.post("/v1/ideogram-3", {"prompt": prompt})
    assert answer.status == 500
    assert prompt != "mock:fail=no ink" or answer.error == "no ink"
    assert client.account()["credits"] == 100


# --- Errors -------------------------------------------------------------------------------


@pytest.mark.fact("E1")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/ideogram-3", {}),
        ("POST", "/v1/nobody", PROMPT),
        ("POST", "/v2/ideogram-3", []),
        ("GET", "/v2/requests/x", None),
        ("GET", "/elsewhere", None),
    ],
)
def test_errors_are_one_message_in_an_envelope(client, method, path, body):
    """A refusal is application/json with the single key `error`."""
    answer = client.ask(method, path, body)
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json) == ["error"]


@pytest.mark.fact("E2")
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b'{"prompt":NaN}', b'{"prompt":"a","prompt":"b"}', b"\xff{}"],
)
@pytest.mark.parametrize("path", ["/v1/ideogram-3", "/v2/ideogram-3"])
def test_a_malformed_body_is_400_on_both(client, path, body):
    """What is not one JSON object is refused at once, on v2 too."""
    answer = client.post(path, body)
    assert answer.status == 400
    assert answer.error.startswith("Malformed body: ")


@pytest.mark.fact("E2", "E6")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"prompt": None}, "'prompt' is required, but it is missing or empty"),
        ({"prompt": ""}, "'prompt' is required, but it is missing or empty"),
        ({"seed": 99}, "'seed' is 99, but it must be from 100 to 999999"),
        ({"seed": "99"}, "'seed' is 99, but it must be from 100 to 999999"),
        ({"seed": "one"}, "'seed' is \"one\", but it must be of type integer or null"),
        ({"style_codes": [1]}, "'style_codes[0]' is 1, but it must be of type string"),
    ],
)
def test_a_wrong_value_on_v1_is_400_in_one_sentence(client, change, words):
    """Missing, mistyped or out of range: 400 that names parameter, value and what is allowed."""
    answer = client.post("/v1/ideogram-3", {**PROMPT, **change})
    assert (answer.status, answer.error) == (400, f"Parameter {words}.")


@pytest.mark.fact("E3")
@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "json"])
def test_a_wrong_content_type_is_406_before_anything_about_the_body(client, kind):
    """JSON and multipart are accepted; anything else, or nothing, is not."""
    for path in ("/v1/ideogram-3", "/v2/ideogram-3"):
        answer = client.post(path, b"{", headers={"content-type": kind})
        assert (answer.status, answer.error) == (406, "Invalid content type")


@pytest.mark.fact("E3")
def test_a_value_outside_its_set_is_406_on_v1(client):
    """A value that a declared set does not hold is refused before the model runs."""
    answer = client.post("/v1/ideogram-3", {**PROMPT, "rendering_speed": "WARP"})
    assert answer.status == 406
    assert answer.error == (
        "Parameter 'rendering_speed' is \"WARP\", "
        'but it must be one of "TURBO", "DEFAULT", "QUALITY".'
    )


@pytest.mark.fact("E3", "L3")
@pytest.mark.parametrize("path", ["/v1/ideogram-3", "/v2/ideogram-3"])
def test_a_balance_below_the_price_is_406(client, path):
    """Credits are refused below the model's price, not only at zero."""
    client.account(credits=Decimal("0.074"), free_credits=Decimal("0.0009"))
    answer = client.post(path)
    assert (answer.status, answer.error) == (
        406,
        "Insufficient credits. You have 0.0749 credits, 0.075 needed.",
    )
    client.account(free_credits=Decimal("0.001"))
    assert client.post(path).status == 200


@pytest.mark.fact("E3b")
def test_an_empty_wallet_can_be_402(make_client):
    """With --credits-status 402 the refusal is the one that was seen live."""
    client = make_client(credits_status=402, credits=Decimal(0))
    answer = client.post("/v2/ideogram-3")
    assert (answer.status, answer.error) == (402, "Insufficient credits. You have 0.0 credits.")


@pytest.mark.fact("E3c")
@pytest.mark.parametrize(
    ("path", "status"),
    [("/v1/ideogram-3", 406), ("/v2/ideogram-3", 402), ("/workflows/any-v1", 402)],
)
def test_an_empty_wallet_can_have_a_status_for_each_version(make_client, path, status):
    """With --credits-status split v1 refuses with 406, v2 and workflows with 402."""
    client = make_client(credits_status="split", credits=Decimal(0))
    answer = client.post(path)
    assert (answer.status, "E3c" in answer.facts) == (status, status == 402)
    assert answer.error.startswith("Insufficient credits. You have 0.0 credits")


@pytest.mark.fact("E4")
def test_an_unknown_model_is_404_and_a_retired_one_410(make_client, tmp_path):
    """Both are JSON; a model retires by a line in its contract."""
    source = make_client().emulator.catalogue.models["mock-inference"].file.read_text()
    (tmp_path / "gone.json").write_text(source.replace('"retired": false', '"retired": true'))
    client = make_client(models=tmp_path)
    assert client.post("/v1/nobody").status == 404
    assert client.post("/v1/mock-inference").status == 410
    assert client.post("/v2/mock-inference").status == 410


@pytest.mark.fact("E5", "L1", "L2")
def test_a_full_window_is_429_until_it_resets(client):
    """The sixth POST of a free account in a minute is 429, with the reset and no Retry-After."""
    client.account(plan="free")
    client.submit()
    client.advance(10)
    for _ in range(4):
        client.submit()
    refused = client.post("/v2/ideogram-3")
    assert refused.status == 429
    assert refused.headers["x-rate-limit-reset-at-utc"] == "2026-01-01T00:01:00.000000Z"
    assert "retry-after" not in refused.headers
    client.advance(49.999999)
    assert client.post("/v1/ideogram-3").status == 429
    client.advance(0.000001)
    assert client.post("/v1/ideogram-3").status == 200


@pytest.mark.fact("L2")
def test_polls_do_not_count_and_refused_posts_do(client):
    """Only POSTs to known models count, whatever they were answered, but for a 429."""
    client.account(requests_per_minute=3, denied_models=["ideogram-txt-2-img"])
    submitted = client.submit()
    for _ in range(5):
        client.get(submitted["status_url"])
        client.get("/v1/get-user-credits")
        client.post("/v1/nobody")
        client.ask("GET", "/v1/ideogram-3")
    assert client.post("/v1/ideogram-3", {}).status == 400
    assert client.post("/v1/ideogram-txt-2-img").status == 403
    assert client.post("/v1/ideogram-3").status == 429
    assert client.post("/v2/ideogram-3", key=OTHER_KEY).status == 200


@pytest.mark.fact("L1")
@pytest.mark.parametrize(
    ("plan", "limit"),
    [
        ("free", 5),
        ("pro", 50),
        ("flexible", 60),
        ("pricing-pro", 120),
        ("business", 500),
        ("scale", 1000),
        ("enterprise", None),
        ("unlimited", None),
    ],
)
def test_both_published_tables_are_plans(client, plan, limit):
    """Each plan of the documentation and of the pricing page has its requests per minute."""
    assert client.account(plan=plan)["requests_per_minute"] == limit


@pytest.mark.fact("E7")
def test_only_a_success_is_billed(client):
    """Nothing but a completed run changes the balance."""
    for body in ({}, {**PROMPT, "seed": 1}, {"prompt": "mock:fail=x"}, {"prompt": "mock:stall"}):
        client.post("/v1/ideogram-3", body)
        client.post("/v2/ideogram-3", body)
    client.advance(3600)
    account = client.account()
    assert (account["credits"], account["held"], account["ledger"]) == (100, 0, [])


@pytest.mark.fact("L3")
def test_a_price_is_held_until_the_run_ends(client):
    """Holds count against new calls: a wallet is never promised twice."""
    client.account(credits=Decimal("0.2"))
    for _ in range(2):
        client.submit()
    assert client.post("/v2/ideogram-3").status == 406
    client.submit("ideogram-2a-txt-2-img")
    client.advance(60)
    assert client.account()["credits"] == 0


@pytest.mark.fact("L3")
def test_the_price_follows_the_rendering_speed(client):
    """ideogram-3 costs what its rendering speed says."""
    for speed, price in (("TURBO", "0.037"), ("DEFAULT", "0.075"), ("QUALITY", "0.113")):
        answer = client.post("/v1/ideogram-3", {**PROMPT, "rendering_speed": speed})
        assert answer.headers["x-cost"] == price


# --- Bodies of other kinds ------------------------------------------------------------------


def test_multipart_is_read_by_the_schemas_types(client):
    """A form's fields become what the schema declares; a file is known by its hash."""
    body = (
        b"--xx\r\ncontent-disposition: form-data; name=prompt\r\n\r\nA kite\r\n"
        b"--xx\r\ncontent-disposition: form-data; name=seed\r\n\r\n4711\r\n"
        b'--xx\r\ncontent-disposition: form-data; name=image_file; filename="i.png"\r\n'
        b"content-type: image/png\r\n\r\n\x89PNG\r\n--xx--\r\n"
    )
    kind = {"content-type": "multipart/form-data; boundary=xx"}
    answer = client.post("/v1/ideogram-turbo-img-2-img", body, headers=kind)
    assert answer.status == 200
    assert answer.headers["x-seed-value"] == "4711"


def test_a_body_over_the_limit_is_413(make_client):
    """The limit is in MiB, and the refusal names it."""
    client = make_client(max_body_mib=1)
    answer = client.post("/v2/ideogram-3", b" " * (1024 * 1024 + 1))
    assert (answer.status, answer.error) == (413, "Request body is larger than 1 MiB")


def test_unknown_parameters_pass(client):
    """What a contract does not know is no reason to refuse."""
    body = {**PROMPT, "timeout": 5, "self": {"id": [1, {"interval": None}]}}
    request_id = client.submit("ideogram-3", body)["request_id"]
    assert client.control.jobs.show(request_id)["params"] == body


# --- Outputs --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "size"),
    [
        ({}, (1024, 1024)),
        ({"resolution": "512x1536"}, (512, 1536)),
        ({"aspect_ratio": "16x9"}, (1312, 736)),
        ({"aspect_ratio": None}, (1024, 1024)),
    ],
)
@pytest.mark.parametrize(
    ("suffix", "kind"), [("png", "PNG"), ("jpg", "JPEG"), ("webp", "WEBP"), ("gif", "GIF")]
)
def test_an_output_is_an_image_of_the_size_asked_for(client, params, size, suffix, kind):
    """The image decodes, at the size asked for, in the format that the URL's end names."""
    output = client.get(submit_and_finish(client, body={**PROMPT, **params})["response_url"]).json[
        "output"
    ]
    image = Image.open(BytesIO(client.get(output.replace(".png", f".{suffix}"), key=None).body))
    image.load()
    assert (image.format, image.size) == (kind, size)


def test_the_bytes_depend_on_model_parameters_and_seed_alone(client):
    """The same run under another key, later, and spelled otherwise gives the same image."""
    first = submit_and_finish(client, body={**PROMPT, "seed": 500})
    body = b'{ "seed": 500,\n "prompt": "A paper boat in a puddle" }'
    second = client.submit("ideogram-3", body, key=OTHER_KEY)
    client.advance(60)
    outputs = [
        client.get(client.get(submitted["response_url"], key=key).json["output"]).body
        for submitted, key in ((first, KEY), (second, OTHER_KEY))
    ]
    assert outputs[0] == outputs[1]
    other = submit_and_finish(client, body={**PROMPT, "seed": 501})
    assert client.get(client.get(other["response_url"]).json["output"]).body != outputs[0]


@pytest.mark.parametrize("name", ["x.png", "x", ".png", "a.b.c"])
def test_an_output_that_was_never_made_is_404(client, name):
    """A guess finds nothing."""
    assert client.get(f"/outputs/{name}", key=None).status == 404


def test_an_output_in_a_format_that_is_none_is_404(client):
    """Only png, jpg, jpeg, webp and gif are formats."""
    output = client.get(submit_and_finish(client)["response_url"]).json["output"]
    assert client.get(output.replace(".png", ".bmp"), key=None).status == 404


# --- Time ---------------------------------------------------------------------------------


def test_under_auto_three_polls_see_three_states(make_client):
    """Time stands still between polls, and each poll of a pending job moves it on."""
    client = make_client(clock="auto")
    submitted = client.submit()
    states = [client.get(submitted["status_url"]).json["status"] for _ in range(4)]
    assert states == ["QUEUED", "PROCESSING", "COMPLETED", "COMPLETED"]


def test_under_auto_other_pending_jobs_come_along(make_client):
    """The account's time is one: a poll of one job lets its siblings run too."""
    client = make_client(clock="auto")
    first, second = client.submit(), client.submit()
    for _ in range(3):
        client.get(first["response_url"])
    assert client.get(second["status_url"]).json["status"] == "COMPLETED"


def test_under_auto_accounts_do_not_move_each_other(make_client):
    """Polling under one key leaves the time of another where it was."""
    client = make_client(clock="auto")
    mine, other = client.submit(), client.submit(key=OTHER_KEY)
    for _ in range(3):
        client.get(mine["status_url"])
    assert client.get(other["status_url"], key=OTHER_KEY).json["status"] == "QUEUED"


def test_under_auto_a_stalled_job_stays(make_client):
    """A job that does not end has no next transition, and is never expired by polls."""
    client = make_client(clock="auto")
    submitted = client.submit("ideogram-3", {"prompt": "mock:stall"})
    states = {client.get(submitted["status_url"]).json["status"] for _ in range(20)}
    assert states == {"QUEUED", "PROCESSING"}


def test_under_auto_a_blocking_call_moves_time_by_its_duration(make_client):
    """v1 answers at once; its account is later by what the run took."""
    client = make_client(clock="auto")
    before = client.store.clock.now()
    taken = client.post("/v1/ideogram-3").headers["x-generation-time"]
    assert client.store.accounts[KEY].clock.now() - before == pytest.approx(float(taken) * SECOND)


def start_waiting(client):
    """Start a v1 call that has to wait, and return what the core says of it."""
    headers = {"host": HOST, "x-api-key": KEY, "content-type": "application/json"}
    wait = client.emulator.gateway.handle(
        Request(
            method="POST",
            path="/v1/ideogram-3",
            headers={name.encode(): value.encode() for name, value in headers.items()},
            body=b'{"prompt": "A paper boat"}',
        )
    )
    assert isinstance(wait, Wait)
    return wait


def test_a_blocking_run_waits_where_time_runs(make_client):
    """With a running clock the core says how long to wait, and answers when that has passed."""
    elapsed_us = [0]
    client = make_client(clock="x10", monotonic=lambda: elapsed_us[0])
    wait = start_waiting(client)
    assert wait.delay_s == pytest.approx(0.05145)
    elapsed_us[0] = 51_449
    assert client.emulator.gateway.resume(wait).delay_s == pytest.approx(1e-6)
    elapsed_us[0] = 51_450
    assert client.emulator.gateway.resume(wait).status == 200


def test_a_blocking_run_ends_when_its_clock_is_frozen_under_it(make_client):
    """Freezing the clock while a call waits books the run at that instant."""
    client = make_client(clock="real", monotonic=lambda: 0)
    wait = start_waiting(client)
    client.control.clock.change(ClockChange(mode="frozen"))
    assert client.emulator.gateway.resume(wait).status == 200
    assert client.account()["credits"] == Decimal("99.925")


def test_a_blocking_run_can_be_ended_from_outside(make_client):
    """A job that the control plane fails while a call waits answers 500."""
    client = make_client(clock="real", monotonic=lambda: 0)
    wait = start_waiting(client)
    change = JobChange(state="FAILED", error="pulled the plug")
    client.control.jobs.change(wait.context.require_job().request_id, change)
    respond = client.emulator.gateway.resume(wait)
    assert (respond.status, respond.body) == (500, b'{"error":"pulled the plug"}')


@pytest.mark.parametrize(("change", "delay_s"), [({}, 60), ({"mode": "frozen"}, None)])
def test_a_blocking_run_that_is_stalled_from_outside_is_given_up(make_client, change, delay_s):
    """After a minute, or at once where time stands still meanwhile; it is 504 and free."""
    elapsed_us = [0]
    client = make_client(clock="real", monotonic=lambda: elapsed_us[0])
    wait = start_waiting(client)
    client.control.jobs.change(wait.context.require_job().request_id, JobChange(stall=True))
    client.control.clock.change(ClockChange(**change))
    answer = client.emulator.gateway.resume(wait)
    if delay_s:
        assert answer.delay_s == delay_s
        elapsed_us[0] = delay_s * SECOND
        answer = client.emulator.gateway.resume(answer)
    assert answer.status == 504
    assert (client.account()["credits"], client.account()["held"]) == (100, 0)


# --- Triggers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "status"),
    [("0401", 401), ("0403", 403), ("0406", 406), ("0500", 500), ("0502", 502), ("0504", 504)],
)
@pytest.mark.parametrize("path", ["/v1/ideogram-3", "/v2/ideogram-3"])
def test_a_trigger_key_reaches_its_outcome(client, code, status, path):
    """A key that begins with SG_0000 and ends in a code gets that code."""
    answer = client.post(path, key=f"SG_000000000000{code}")
    assert answer.status == status
    assert answer.headers["content-type"].startswith("text/html") == (status in {502, 504})


def test_the_key_of_429_allows_one_call_a_minute(client):
    """SG_0000…0429 is an account with a limit of 1."""
    key = "SG_0000000000000429"
    assert [client.post("/v2/ideogram-3", key=key).status for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("status", [400, 418, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("path", ["/v1/ideogram-3", "/v2/ideogram-3"])
def test_a_prompt_can_ask_for_the_status_of_the_post(client, path, status):
    """`mock:status=CODE` is answered with that code, and costs nothing."""
    answer = client.post(path, {"prompt": f"mock:status={status}"})
    assert answer.status == status
    assert answer.headers["content-type"].startswith("text/html") == (status in {502, 504})
    assert client.account()["held"] == 0


def test_a_prompt_can_stall_until_the_request_expires(client):
    """`mock:stall` stays PROCESSING for its hour and gives its hold back."""
    submitted = client.submit("ideogram-3", {"prompt": "mock:stall"})
    client.advance(3599)
    assert client.get(submitted["status_url"]).json["status"] == "PROCESSING"
    client.advance(1)
    assert client.get(submitted["status_url"]).status == 404
    assert client.account()["held"] == 0


def test_a_prompt_can_ask_for_its_seconds(client):
    """`mock:slow=30` takes 30 virtual seconds at any speed."""
    submitted = client.submit("ideogram-3", {"prompt": "mock:slow=30"})
    client.advance(29.999)
    assert client.get(submitted["status_url"]).json["status"] == "PROCESSING"
    client.advance(0.001)
    assert client.get(submitted["status_url"]).json["status"] == "COMPLETED"


def test_a_prompt_can_expire_as_it_completes(client):
    """`mock:expire` runs and is charged, and is 404 from the moment it is done."""
    submitted = client.submit("ideogram-3", {"prompt": "mock:expire"})
    client.advance(0.5144)
    assert client.get(submitted["status_url"]).json["status"] == "PROCESSING"
    client.advance(0.0001)
    assert client.get(submitted["response_url"]).status == 404
    assert client.account()["credits"] == Decimal("99.925")


def test_triggers_can_be_turned_off(make_client):
    """With --no-triggers keys and prompts mean nothing special."""
    client = make_client(key="SG_0000000000000401", triggers=False)
    assert client.post("/v1/ideogram-3", {"prompt": "mock:fail=x"}).status == 200


# --- The journal --------------------------------------------------------------------------


def test_an_exchange_without_a_key_is_in_its_owners_journal(client):
    """Where the path names a job or an output, its account's journal has the exchange."""
    submitted = submit_and_finish(client)
    output = client.get(submitted["response_url"]).json["output"]
    client.get(submitted["status_url"], key=None)
    client.get(output, key=None)
    client.get("/v2/requests/unknown", key=None)
    routes = [exchange.route for exchange in client.store.records[KEY].journal]
    assert routes == ["submit", "result", "status", "output"]
    assert [exchange.status for exchange in client.store.journals.exchanges_of(None)] == [401]


def test_a_body_over_64_kib_is_cut_in_the_journal(client):
    """The journal keeps the first 64 KiB of a body and says that it is cut."""
    client.submit("ideogram-3", {"prompt": "x" * 100_000})
    [exchange] = client.store.records[KEY].journal
    assert len(exchange.request.body) == 64 * 1024 + 1


def test_the_date_header_is_virtual(client):
    """`Date` follows the account's clock."""
    client.advance(3600)
    assert client.get("/v1/get-user-credits").headers["date"] == "Thu, 01 Jan 2026 01:00:00 GMT"
    assert render_iso(client.store.clock.now()) == "2026-01-01T01:00:00.000000Z"


# --- Observers ----------------------------------------------------------------------------


def test_observers_see_what_came_of_every_request_once_it_is_in_the_journal(client):
    """Refusals and preflights too; each is told the gateway, the request and the answer."""
    seen = []

    def observe(gateway, context, outcome):
        journal = client.control.journal.show(JournalFilter())["requests"]
        seen.append((gateway, context.route.name, outcome.status, len(journal)))

    gateway = client.emulator.gateway
    gateway.observers = (observe,)
    client.submit()
    client.get("/nowhere")
    asks = {"origin": "http://a.test", "access-control-request-method": "POST"}
    client.ask("OPTIONS", "/v2/ideogram-3", headers=asks)
    routes = [("submit", 200), ("unknown", 404), ("preflight", 204)]
    assert seen == [(gateway, *each, number) for number, each in enumerate(routes, 1)]


def test_observers_see_a_request_that_waits_when_its_wait_is_over(make_client):
    """A wait is nothing that came of it."""
    elapsed_us = [0]
    client = make_client(clock="x10", monotonic=lambda: elapsed_us[0])
    seen = []
    client.emulator.gateway.observers = (lambda *each: seen.append(each[-1]),)
    wait = start_waiting(client)
    assert seen == []
    elapsed_us[0] = 60_000_000
    assert [client.emulator.gateway.resume(wait)] == seen


def test_an_observer_that_fails_is_a_failure_of_the_emulator(client, caplog):
    """The client is told of it, and what was done stays done."""
    client.emulator.gateway.observers = (lambda *_: 1 / 0,)
    assert client.post("/v2/ideogram-3").status == 500
    assert "ZeroDivisionError" in caplog.text
    assert len(client.store.jobs_of(KEY)) == 1
