"""Sections 5 to 9 of the demo: what goes wrong, on purpose, and the bill."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from demo_kit import Demo, money
from demo_orders import EXPIRING_KEY, FREE_KEY, KEY, POOR_KEY, SMALL
from segmind import InferenceFailed, SegmindClient, SegmindError  # type: ignore[import-untyped]

FREE_LIMIT = 5


def failures(demo: Demo) -> None:
    """Section 5: a job that fails, and parameters that are wrong."""
    client = demo.sdk(KEY)
    fail_on_v2(demo, client, "mock:fail=The paint has run out.", {}, "The paint has run out.")
    fail_on_v2(demo, client, "An owl", {"seed": 7}, "Parameter 'seed' is 7, ")
    wrong = (
        ("no prompt", {"seed": 512}, 400, "'prompt'"),
        ("seed out of range", {"prompt": "An owl", "seed": 7}, 400, "'seed'"),
        (
            "style outside its set",
            {"prompt": "An owl", "style_type": "FRESCO"},
            406,
            "'style_type'",
        ),
    )
    for what, params, status, named in wrong:
        demo.report.line(f"client.run_sync('ideogram-3', ...), {what}:")
        refuse_on_v1(demo, client, params, status, named)
    left = money(demo.answer(KEY, "/v1/get-user-credits")["credits"])
    demo.report.check("nothing of this was charged", left, demo.balance)


def fail_on_v2(
    demo: Demo, client: SegmindClient, prompt: str, extra: dict[str, Any], words: str
) -> None:
    """Submit a job that will fail, and look at it from all sides."""
    report = demo.report
    params = {"prompt": prompt} | extra
    call = ", ".join(f"{name}={value!r}" for name, value in params.items())
    report.line(f"client.submit_async('ideogram-3', {call}).wait()")
    job = client.submit_async("ideogram-3", **params)
    try:
        came: object = job.wait(interval=0.1)
    except InferenceFailed as failure:
        came = failure
    raised = isinstance(came, InferenceFailed)
    report.holds("the SDK raises InferenceFailed", came, "InferenceFailed", ok=raised)
    detail = str(getattr(came, "detail", ""))
    report.line(f"  raises InferenceFailed: {detail}", dim=True)
    report.holds("it says why", detail, words, ok=detail.startswith(words))
    urls = [job.submit_response[name] for name in ("status_url", "response_url", "poll_url")]
    answers = [demo.get(url, KEY) for url in urls]
    for response in answers:
        report.check("422 on status, result and poll_url", response.status_code, 422)
        demo.matches(response.json(), "failed")
    report.line("  GET status_url, response_url, poll_url  →  422, and nothing is charged:")
    report.line(f"  {json.dumps(answers[-1].json())}", dim=True)


def refuse_on_v1(
    demo: Demo, client: SegmindClient, params: dict[str, Any], status: int, named: str
) -> None:
    """Send v1 a wrong body through the SDK."""
    report = demo.report
    try:
        came: object = client.run_sync("ideogram-3", **params)
    except SegmindError as error:
        came = error
    detail = str(getattr(came, "detail", ""))
    report.line(f"  raises SegmindError {getattr(came, 'status', '?')}: {detail}", dim=True)
    report.check(f"v1 refuses it with {status}", getattr(came, "status", came), status)
    expected = f"a sentence with {named}"
    report.holds("it names the parameter", detail, expected, ok=named in detail)


def expiry(demo: Demo) -> None:
    """Section 6: a job is kept for an hour after it was submitted, its picture for a week."""
    report = demo.report
    demo.change_clock(EXPIRING_KEY, mode="frozen")
    report.line("PATCH /_mock/clock: this account's clock stands still from now on")
    submitted = demo.post("/v2/ideogram-3", SMALL, EXPIRING_KEY).json()
    report.line(f"POST /v2/ideogram-3  →  request {submitted['request_id']}")
    report.line("PATCH /_mock/clock: 3590 s pass; the job ran meanwhile, and is still kept:")
    fired = [each["state"] for each in demo.change_clock(EXPIRING_KEY, advance_s=3590)["fired"]]
    report.check("it ran while the clock moved", fired, ["PROCESSING", "COMPLETED"])
    before = demo.get(submitted["status_url"], EXPIRING_KEY)
    report.line(f"GET status_url  →  {before.status_code} {before.json().get('status')}")
    report.check("kept until the hour is over", before.status_code, 200)
    output = demo.answer(EXPIRING_KEY, submitted["response_url"])["output"]
    report.line("PATCH /_mock/clock: 11 s more, and its hour is over:")
    demo.change_clock(EXPIRING_KEY, advance_s=11)
    find_nothing(demo, submitted)
    outlive(demo, output)


def find_nothing(demo: Demo, submitted: dict[str, str]) -> None:
    """Ask every route for the expired job; the answer spells its id as the question does."""
    name = submitted["request_id"]
    dashed = str(UUID(name))
    asked = (
        (submitted["status_url"], "unknown_request", name),
        (submitted["response_url"], "unknown_request", name),
        (f"/v2/requests/{dashed}", "unknown_request", dashed),
        (submitted["poll_url"], "unknown_request_v1", name),
    )
    for url, error, spelled in asked:
        words = demo.contract.words(error, request_id=spelled)
        demo.refused(demo.get(url, EXPIRING_KEY), 404, words)


def outlive(demo: Demo, output: str) -> None:
    """See the picture stay when the job has gone, and go after seven days."""
    report = demo.report
    kept = demo.get(output).status_code
    demo.change_clock(EXPIRING_KEY, advance_s=7 * 24 * 3600)
    gone = demo.get(output).status_code
    report.line(f"GET its picture  →  {kept}, and after 7 more days  →  {gone}")
    report.check("picture outlives its job", kept, 200)
    report.check("picture goes after 7 days", gone, 404)
    now, theirs = clock(demo, KEY), clock(demo, EXPIRING_KEY)
    report.line(
        f"clock of this account: {theirs:%Y-%m-%d %H:%M}, of the others: {now:%Y-%m-%d %H:%M}"
    )
    ahead = theirs - now > timedelta(days=7)
    report.holds("no other clock has moved", theirs - now, "more than 7 days", ok=ahead)


def clock(demo: Demo, key: str) -> datetime:
    """Return the time on an account's clock."""
    shown = demo.http.get("/_mock/clock", params={"api_key": key}).json()
    return datetime.fromisoformat(shown["now_utc"])


def rate_limit(demo: Demo) -> None:
    """Section 7: the sixth POST in a minute."""
    report = demo.report
    account = demo.http.put(f"/_mock/accounts/{FREE_KEY}", json={"plan": "free"}).json()
    report.line(f'PUT /_mock/accounts/{FREE_KEY}  {{"plan": "free"}}')
    report.check("plan free is 5 a minute", account["requests_per_minute"], FREE_LIMIT)
    accepted = [demo.post("/v2/ideogram-3", SMALL, FREE_KEY) for _ in range(FREE_LIMIT)]
    codes = [response.status_code for response in accepted]
    report.line(f"POST /v2/ideogram-3, five times  →  {', '.join(map(str, codes))}")
    report.check("five are let through", codes, [200] * FREE_LIMIT)
    sixth = demo.post("/v2/ideogram-3", SMALL, FREE_KEY)
    demo.refused(sixth, 429, demo.contract.words("rate_limited", limit=FREE_LIMIT))
    compare_reset(demo, sixth)
    poll = demo.get(accepted[0].json()["status_url"], FREE_KEY)
    report.check("polls are not counted", poll.status_code, 200)
    demo.change_clock(FREE_KEY, advance_s=60)
    later = demo.post("/v2/ideogram-3", SMALL, FREE_KEY)
    report.line(f"PATCH /_mock/clock: 60 s pass; POST /v2/ideogram-3  →  {later.status_code}")
    report.check("a minute later it works again", later.status_code, 200)


def compare_reset(demo: Demo, response: httpx.Response) -> None:
    """Check what a 429 says about the end of the window."""
    report, headers = demo.report, response.headers
    text = headers["x-rate-limit-reset-at-utc"]
    report.line(f"  x-rate-limit-reset-at-utc: {text}", dim=True)
    left = datetime.fromisoformat(text) - datetime.now(UTC)
    inside = timedelta(0) < left <= timedelta(minutes=1)
    report.holds("x-rate-limit-reset-at-utc", f"{left} from now", "within a minute", ok=inside)
    report.check("no Retry-After", headers.get("retry-after"), None)


def empty_wallet(demo: Demo) -> None:
    """Section 8: a cent is not enough."""
    demo.http.put(f"/_mock/accounts/{POOR_KEY}", json={"credits": 0.01})
    demo.report.line(f'PUT /_mock/accounts/{POOR_KEY}  {{"credits": 0.01}}')
    price = demo.contract.price("ideogram-3", SMALL)
    words = demo.contract.words("insufficient_credits_406", balance="0.01", price=price)
    for version in ("v1", "v2"):
        demo.refused(demo.post(f"/{version}/ideogram-3", SMALL, POOR_KEY), 406, words)
    left = demo.get("/v1/get-user-credits", POOR_KEY).json()
    demo.report.line(f"GET /v1/get-user-credits  →  {json.dumps(left)}")
    demo.report.check("the cent is still there", money(left["credits"]), money("0.01"))


def the_bill(demo: Demo) -> None:
    """Section 9: keys, and what all of it cost."""
    report = demo.report
    missing = demo.contract.words("missing_key")
    demo.refused(demo.post("/v2/ideogram-3", SMALL), 401, missing)
    demo.refused(demo.get("/v1/get-user-credits"), 401, missing)
    as_bearer = {"authorization": f"Bearer {KEY}"}
    bearer = demo.http.post("/v2/ideogram-3", json=SMALL, headers=as_bearer)
    report.line("The same with the key as Authorization: Bearer:")
    demo.refused(bearer, 401, demo.contract.words("bearer_key"))
    body = demo.answer(KEY, "/v1/get-user-credits")
    demo.matches(body, "credits")
    total = sum(demo.spent)
    report.line(f"GET /v1/get-user-credits  →  {json.dumps(body)}")
    report.line(f"$100 - {len(demo.spent)} charges of ${total} together = ${demo.balance}")
    report.check("start minus all charges is what is left", money(body["credits"]), demo.balance)
    ledger = demo.http.get(f"/_mock/accounts/{KEY}").json()["ledger"]
    booked = [money(entry["amount"]) for entry in ledger]
    report.check("the emulator's ledger has the same charges", booked, demo.spent)
