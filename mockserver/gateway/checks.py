"""What the gateway does with a request, step by step. The order is itself emulated behaviour.

Each step reads the `Exchange`, adds to it what later steps need, or raises the `ApiError` that
the client gets. No step writes anything: `Gateway` commits once all have passed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from mockserver.base.clock import iso
from mockserver.base.content_types import parse_content_type
from mockserver.base.errors import ApiError
from mockserver.base.wire import Headers
from mockserver.contract.routing import METHODS, RouteName
from mockserver.contract.validation import violation
from mockserver.gateway import request_body
from mockserver.gateway.context import Exchange, World
from mockserver.gateway.job_factory import job_of
from mockserver.rules import magic_values, rate_limit
from mockserver.rules.chat_input import last_user_text
from mockserver.rules.wallet import shown
from mockserver.state.account import is_key

_TOO_MANY = 429
_PAGES = {405, 502, 504}
"""The statuses that come as HTML (R8, E6)."""

Step: TypeAlias = Callable[[World, Exchange], None]


def check_route(_world: World, exchange: Exchange) -> None:
    """Refuse unknown paths, and known ones with the wrong verb (R8)."""
    request = exchange.request
    if exchange.route == "unknown":
        raise ApiError("unknown_route", method=request.method, path=request.path[:200])
    if request.method not in METHODS[exchange.route]:
        allow = ", ".join(METHODS[exchange.route]).encode()
        raise ApiError("method_not_allowed", headers=((b"allow", allow),))


def check_key(world: World, exchange: Exchange) -> None:
    """Find, or under `--accept any` make, the account of the key (A1 to A5)."""
    if exchange.api_key is None:
        bearer = b"authorization" in exchange.request.headers
        raise ApiError("bearer_key" if bearer else "missing_key")
    if exchange.account is None:
        if world.rules.accept != "any" or not is_key(exchange.api_key):
            raise ApiError("invalid_key")
        exchange.account = world.store.make(exchange.api_key)
        exchange.now = exchange.arrived_at = exchange.account.clock.now()
    if exchange.account.status != "active":
        raise ApiError("invalid_key")


def check_model(world: World, exchange: Exchange) -> None:
    """Find the model: unknown 404, retired 410, not for this account 403 (E4, A6)."""
    slug = exchange.subject
    model = exchange.model = world.catalogue.models.get(slug)
    if model is None:
        raise ApiError("unknown_model", slug=slug[:200])
    if model.terms.retired:
        raise ApiError("retired_model", slug=slug)
    if exchange.owner.denies(slug):
        raise ApiError("forbidden_model", slug=slug)


def check_rate(_world: World, exchange: Exchange) -> None:
    """Refuse a call that the account's window has no room for (E5, L1, L2)."""
    account = exchange.owner
    limit = account.requests_per_minute
    if limit is not None and not rate_limit.test(account.window, exchange.now, limit):
        exchange.limited = True
        reset = iso(rate_limit.reset_at(account.window, exchange.now)).encode()
        raise ApiError(
            "rate_limited", limit=limit, headers=((b"x-rate-limit-reset-at-utc", reset),)
        )


def check_content_type(_world: World, exchange: Exchange) -> None:
    """Accept JSON and multipart (E3)."""
    media, _ = parse_content_type(exchange.request.headers.get(b"content-type", b""))
    if media not in {"application/json", "multipart/form-data"}:
        raise ApiError("content_type")


def check_body(world: World, exchange: Exchange) -> None:
    """Read the body: within the limit (413), and one JSON object (E2)."""
    request = exchange.request
    if request.oversized:
        raise ApiError("too_large", limit_mib=world.rules.max_body_mib)
    if exchange.reading is None:
        exchange.params, exchange.payload = request_body.parsed(request, exchange.called)
    else:
        exchange.params, exchange.payload, _ = exchange.reading.get()


def check_contract(world: World, exchange: Exchange) -> None:
    """Check the values: v1 refuses them now (E2, E3), v2 lets the job fail (T10)."""
    reading, params = exchange.reading, exchange.params
    found = violation(exchange.called, params) if reading is None else reading.get().violation
    exchange.violation = found
    if found and (exchange.route == "sync" or world.rules.validation == "upfront"):
        raise ApiError(found.row, message=found.message)


def check_credits(world: World, exchange: Exchange) -> None:
    """Refuse a call that the balance, holds deducted, does not cover (E3, E3b, L3)."""
    wallet = exchange.owner.wallet
    price = exchange.price = exchange.called.price_of(exchange.params)
    if wallet.available < price:
        row = f"insufficient_credits_{_credits_status(world, exchange)}"
        raise ApiError(row, balance=shown(wallet.available), price=shown(price))


def _credits_status(world: World, exchange: Exchange) -> int | str:
    """Return the status of an empty wallet; `split` tells v1 from v2 and workflows (E3c)."""
    asked = world.rules.credits_status
    if asked != "split":
        return asked
    return 406 if exchange.route == "sync" else 402


def make_job(world: World, exchange: Exchange) -> None:
    """Decide how the job will go, unless key or prompt ask for an error in its place."""
    use_triggers = world.rules.use_triggers
    begin(world, exchange, _trigger(exchange) if use_triggers else magic_values.NONE)


def begin(world: World, exchange: Exchange, trigger: magic_values.Trigger) -> None:
    """Make the job, unless the key or this trigger ask for an error."""
    account = exchange.owner
    if account.post_error:
        raise ApiError(account.post_error)
    if trigger.status is not None:
        raise _triggered(exchange, trigger.status)
    exchange.job = job_of(world, exchange, trigger)


def _trigger(exchange: Exchange) -> magic_values.Trigger:
    """Return what the prompt asks for, or the last user's turn of a conversation."""
    params = exchange.params
    asked = magic_values.of_prompt(params.get("prompt"))
    if asked is magic_values.NONE and exchange.called.terms.output.provider:
        return magic_values.of_prompt(last_user_text(params))
    return asked


def _triggered(exchange: Exchange, status: int) -> ApiError:
    """Return an error with this status in the gateway's manner: HTML from the edge, a reset."""
    row = "triggered_page" if status in _PAGES else "triggered"
    headers: Headers = ()
    if status == _TOO_MANY:
        reset = rate_limit.reset_at(exchange.owner.window, exchange.now)
        headers = ((b"x-rate-limit-reset-at-utc", iso(reset).encode()),)
    return ApiError(row, status=status, headers=headers)


def find_job(_world: World, exchange: Exchange) -> None:
    """Find the account's own job; another account's is as unknown as none (T6, T7)."""
    job = exchange.owner.job_of(exchange.subject)
    if job is None or job.is_flow:
        raise ApiError(exchange.unknown_row, request_id=exchange.shown_subject)
    exchange.job = job


def check_balance_record(_world: World, exchange: Exchange) -> None:
    """Refuse the balance of an account that has no record of one (R6)."""
    if not exchange.owner.wallet.record:
        raise ApiError("no_credits_record")


STEPS: tuple[Step, ...] = (
    check_route,  # R8
    check_key,  # A1 to A5; inferred: an unknown model without a key is 401, not 404
    check_model,  # E4, A6; inferred: before the rate, since only known models are counted
    check_rate,  # E5, L2; inferred: a full window hides whatever is wrong with the body
    check_content_type,  # E3; third: 406 for the content type comes before 406 for credits
    check_body,  # E2
    check_contract,  # E2, E3, T10; inferred: 400 before 406
    check_credits,  # E3, L3
    make_job,  # R1, S1
)
"""The steps of an inference POST, in the order in which the gateway refuses."""

POLL_STEPS: tuple[Step, ...] = (check_route, check_key, find_job)
CREDITS_STEPS: tuple[Step, ...] = (check_route, check_key, check_balance_record)

STEPS_OF: dict[RouteName, tuple[Step, ...]] = {
    "sync": STEPS,
    "submit": STEPS,
    "status": POLL_STEPS,
    "result": POLL_STEPS,
    "poll": POLL_STEPS,
    "credits": CREDITS_STEPS,
    "output": (check_route,),
    "unknown": (check_route,),
}
