"""Sections 1 to 3 of the demo: runs that succeed, over both API versions."""

from __future__ import annotations

import json
import re
import time
from base64 import b64encode
from decimal import Decimal
from textwrap import indent
from typing import Any

import httpx
from demo_files import decoded
from demo_kit import (
    POLL_S,
    SPEED,
    STATES,
    Demo,
    Run,
    Seen,
    described,
    money,
    timeline,
    watch,
)
from demo_orders import KEY, ORDERS, SMALL, Order
from segmind import SegmindClient  # type: ignore[import-untyped]

MEDIA = {"json": "application/json", "image": "image/png"}
SEEDS = range(100, 1_000_000)
REQUEST_ID = re.compile("[0-9a-f]{32}")
CLOCK_GRAIN_S = 0.005


def through_v2(demo: Demo) -> None:
    """Section 1: submit, poll, fetch, download."""
    client = demo.sdk(KEY)
    for order in ORDERS:
        slug = order.slug
        demo.report.line(f"{slug}   “{order.params['prompt']}”")
        params = order.params | make_source(demo, order)
        start = time.monotonic()
        job = client.submit_async(slug, **params)
        seen = watch(job.status, start)
        result = job.result()
        demo.matches(job.submit_response, "submit")
        compare_states(demo, slug, seen)
        compare_charge(demo, slug, params, seen[-1].body, result)
        demo.runs[slug] = Run(params, result["seed"], fetch_picture(demo, order, result))
        demo.report.line()
    in_one_line(demo, client)


def make_source(demo: Demo, order: Order) -> dict[str, str]:
    """Return the picture that another is made of, as a data URL, where it is made of one."""
    if not order.source:
        return {}
    picture = b64encode(demo.runs[order.source].picture).decode()
    demo.report.line(f"  made of the picture by {order.source}, which it shows in a corner")
    return {"image_file": f"data:image/png;base64,{picture}"}


def in_one_line(demo: Demo, client: SegmindClient) -> None:
    """Run a model as most programs do, and get the same picture for the same seed."""
    order, report = ORDERS[-1], demo.report
    result = client.run(order.slug, **order.params)
    picture = demo.get(result["output"]).content
    demo.spent.append(demo.contract.price(order.slug, order.params))
    report.line(f"client.run({order.slug!r}, ...) once more, as most programs do:")
    report.line(f"  {result['output']}", dim=True)
    report.line("  new request, new charge, and for the same seed the same picture")
    report.check("credits left", money(result["metrics"]["remaining_credits"]), demo.balance)
    same = picture == demo.runs[order.slug].picture
    report.holds("same seed, same bytes", "another picture", "the same", ok=same)


def compare_states(demo: Demo, slug: str, seen: list[Seen]) -> None:
    """Hold the states of a job, their order and their times against the contract."""
    report = demo.report
    report.line(f"  {timeline(seen)}")
    for pending in seen[:-1]:
        demo.matches(pending.body, "pending")
    demo.matches(seen[-1].body, "completed-status")
    ranks = [STATES.index(each.state) for each in seen]
    forward = ranks == sorted(ranks)
    report.holds("states only move forward", timeline(seen), "none going back", ok=forward)
    metrics, total = seen[-1].body["metrics"], demo.contract.seconds(slug)
    took = money(metrics["queue_time"]), money(metrics["inference_time"])
    expected = total / 10, total * 9 / 10
    report.check(f"typical time / {SPEED}, a tenth of it queued", took, expected)
    not_before(demo, "never done before its time", seen[-1].after_s, total)


def not_before(demo: Demo, what: str, took: float, due: Decimal) -> None:
    """Check that something took as long as it had to."""
    in_time = took + CLOCK_GRAIN_S >= due
    demo.report.holds(what, f"{took:.3f} s", f"at least {due} s", ok=in_time)


def compare_charge(
    demo: Demo, slug: str, params: dict[str, Any], status: dict[str, Any], result: dict[str, Any]
) -> None:
    """Hold the price and the balance after it against the contract, to the last digit."""
    report, metrics = demo.report, result["metrics"]
    demo.matches(result, "image-result")
    cost, left = money(metrics["cost"]), money(metrics["remaining_credits"])
    demo.spent.append(demo.contract.price(slug, params))
    report.line(f"  cost ${cost:.3f}, ${left:.3f} left, seed {result['seed']}")
    report.check("price", cost, demo.spent[-1])
    report.check("credits left", left, demo.balance)
    report.check("status and result say the same metrics", status["metrics"], metrics)
    asked = params.get("seed", "one drawn from 100 to 999999")
    known = result["seed"] in ([params["seed"]] if "seed" in params else SEEDS)
    report.holds("seed", result["seed"], asked, ok=known)


def fetch_picture(demo: Demo, order: Order, result: dict[str, Any]) -> bytes:
    """Download an output without a key, decode it, and save it."""
    report, image = demo.report, result["images"][0]
    response = demo.get(result["output"])
    data = response.content
    path = demo.save(f"{len(demo.files) + 1}-{order.slug}.png", data)
    report.line(f"  {result['output']}", dim=True)
    report.line(f"  {described(path, data)}")
    report.check("picture needs no key", response.status_code, 200)
    report.check("picture is the PNG and size asked for", decoded(data), ("PNG", order.size))
    stated = (image["url"], image["content_type"], image["file_size"])
    came = (result["output"], response.headers["content-type"], len(data))
    report.check("images[0] describes it", stated, came)
    return data


def through_v1(demo: Demo) -> None:
    """Section 2: the blocking calls, with the parameters of section 1."""
    client = demo.sdk(KEY)
    for order in ORDERS:
        run = demo.runs[order.slug]
        start = time.monotonic()
        response = client.run_sync(order.slug, **run.params)
        took = time.monotonic() - start
        kind = response.headers["content-type"]
        demo.report.line(f"{order.slug}   {response.status_code} {kind} after {took:.2f} s")
        compare_headers(demo, order.slug, run.params, response.headers, took)
        expected = MEDIA[demo.contract.returns(order.slug)]
        demo.report.check("JSON or picture, as the model returns", kind, expected)
        answered = blocking_json if expected == MEDIA["json"] else blocking_image
        compare_runs(demo, run, response.headers, answered(demo, order, response))
        demo.report.line()


def compare_runs(demo: Demo, run: Run, headers: httpx.Headers, picture: bytes) -> None:
    """A picture depends on model, parameters and seed: compare it with that of section 1."""
    seed, same = int(headers["x-seed-value"]), picture == run.picture
    if "seed" in run.params:
        demo.report.check("x-seed-value", seed, run.seed)
        demo.report.holds("same seed, same bytes as on v2", "another picture", "the same", ok=same)
        return
    drawn = seed in SEEDS and seed != run.seed
    demo.report.holds("a seed is drawn where none is given", seed, "a new one", ok=drawn)
    demo.report.holds("another seed, another picture", "the same", "another", ok=not same)


def compare_headers(
    demo: Demo, slug: str, params: dict[str, Any], headers: httpx.Headers, took: float
) -> None:
    """Show and check what v1 says in headers."""
    report = demo.report
    names = ("x-cost", "x-remaining-credits", "x-generation-time", "x-seed-value")
    report.line("  " + "   ".join(f"{name}: {headers[name]}" for name in names))
    report.line(f"  x-request-id: {headers['x-request-id']}", dim=True)
    demo.spent.append(demo.contract.price(slug, params))
    seconds = money(headers["x-generation-time"])
    report.check("x-cost", money(headers["x-cost"]), demo.spent[-1])
    report.check("x-remaining-credits", money(headers["x-remaining-credits"]), demo.balance)
    report.check("x-generation-time", seconds, demo.contract.seconds(slug))
    not_before(demo, "it blocks that long", took, seconds)
    request_id = headers["x-request-id"]
    spelled = bool(REQUEST_ID.fullmatch(request_id))
    report.holds("x-request-id", request_id, "32 hexadecimal digits", ok=spelled)
    reset = headers.get("x-rate-limit-reset-at-utc")
    report.check("no reset header without a limit", reset, None)


def blocking_json(demo: Demo, order: Order, response: httpx.Response) -> bytes:
    """Check a JSON answer of v1, and return the picture that it points to."""
    body = response.json()
    demo.matches(body, "v1-image-result")
    datum = body["data"][0]
    demo.report.line(f"  data[0].url: {datum['url']}", dim=True)
    width, height = order.size
    demo.report.check("resolution", datum["resolution"], f"{width}x{height}")
    demo.report.check("prompt comes back", datum["prompt"], order.params["prompt"])
    return demo.get(datum["url"]).content


def blocking_image(demo: Demo, order: Order, response: httpx.Response) -> bytes:
    """Check an answer of v1 that is the picture itself, and save it."""
    data: bytes = response.content
    path = demo.save(f"{len(demo.files) + 1}-{order.slug}-v1.png", data)
    demo.report.line(f"  the body is the picture, {len(data)} bytes")
    demo.report.line(f"  {described(path, data)}")
    demo.report.check("raw bytes are the PNG asked for", decoded(data), ("PNG", order.size))
    return data


def by_hand(demo: Demo) -> None:
    """Section 3: what travels over the wire."""
    params = SMALL | {"aspect_ratio": "3x2"}
    demo.report.line(f"POST /v2/ideogram-3   x-api-key: {KEY}")
    demo.report.line(f"  {json.dumps(params)}", dim=True)
    start = time.monotonic()
    submitted = demo.post("/v2/ideogram-3", params, KEY).json()
    show(demo, submitted)
    demo.matches(submitted, "submit")
    demo.report.check("keys in alphabetical order", list(submitted), sorted(submitted))
    early = demo.get(submitted["response_url"], KEY)
    demo.report.line(f"GET response_url at once   →  {early.status_code}, carries the state")
    show(demo, early.json())
    demo.report.check("result of a pending job is 200", early.status_code, 200)
    is_pending = early.json()["status"] in STATES[:2]  # unless this machine stood still meanwhile
    demo.matches(early.json(), "pending" if is_pending else "image-result")
    seen = watch(lambda: demo.answer(KEY, submitted["status_url"]), start)
    demo.report.line(f"GET status_url every {POLL_S} s, until the job has ended:")
    compare_states(demo, "ideogram-3", seen)
    show(demo, seen[-1].body)
    finish_by_hand(demo, params, submitted, seen)


def finish_by_hand(
    demo: Demo, params: dict[str, Any], submitted: dict[str, Any], seen: list[Seen]
) -> None:
    """Fetch the result under both its addresses, and the picture."""
    result = demo.answer(KEY, submitted["response_url"])
    demo.report.line("GET response_url   →  the full result:")
    show(demo, result)
    older = demo.answer(KEY, submitted["poll_url"])
    demo.report.check("poll_url answers like response_url", older, result)
    compare_charge(demo, "ideogram-3", params, seen[-1].body, result)
    fetch_picture(demo, Order("ideogram-3-by-hand", (1248, 832)), result)


def show(demo: Demo, body: object) -> None:
    """Print a JSON body as it came, in its own order."""
    demo.report.lines(indent(json.dumps(body, indent=2), "  ").splitlines(), dim=True)
