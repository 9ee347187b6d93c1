"""What the gateway does with a request, step by step. The order is itself emulated behaviour.

Each step reads the `Context`, adds to it what later steps need, or raises the `ApiError` that
the client gets. No step writes anything: `Gateway` commits once all have passed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from mockserver.base.clock import render_iso
from mockserver.base.content_types import parse_content_type
from mockserver.base.errors import ApiError
from mockserver.base.wire import Headers
from mockserver.contract.routing import UNKNOWN, RouteName
from mockserver.contract.validation import find_violation
from mockserver.gateway import request_body
from mockserver.gateway.context import Context, Services
from mockserver.gateway.job_factory import job_of
from mockserver.rules import magic_values, rate_limit
from mockserver.rules.chat_input import last_user_text
from mockserver.rules.wallet import shown
from mockserver.state.account import is_key

_TOO_MANY = 429

Check: TypeAlias = Callable[[Services, Context], None]


def check_route(_world: Services, context: Context) -> None:
    """Refuse unknown paths, and known ones with the wrong verb (R8)."""
    request = context.request
    if context.route is UNKNOWN:
        raise ApiError("unknown_route", method=request.method, path=request.path[:200])
    if request.method not in context.route.methods:
        allow = ", ".join(context.route.methods).encode()
        raise ApiError("method_not_allowed", headers=((b"allow", allow),))


def check_key(services: Services, context: Context) -> None:
    """Find, or under `--accept any` make, the account of the key (A1 to A5)."""
    if context.api_key is None:
        bearer = b"authorization" in context.request.headers
        raise ApiError("bearer_key" if bearer else "missing_key")
    if context.account is None:
        if services.options.accept != "any" or not is_key(context.api_key):
            raise ApiError("invalid_key")
        context.account = services.store.describe(context.api_key)
        context.is_new_account = True
        context.now = context.arrived_at = context.account.clock.now()
    if context.account.status != "active":
        raise ApiError("invalid_key")


def check_model(services: Services, context: Context) -> None:
    """Find the model: unknown 404, retired 410, not for this account 403 (E4, A6)."""
    slug = context.subject
    model = context.model = services.catalogue.models.get(slug)
    if model is None:
        raise ApiError("unknown_model", slug=slug[:200])
    if model.terms.retired:
        raise ApiError("retired_model", slug=slug)
    if context.require_account().denies(slug):
        raise ApiError("forbidden_model", slug=slug)


def check_rate(_world: Services, context: Context) -> None:
    """Refuse a call that the account's window has no room for (E5, L1, L2)."""
    account = context.require_account()
    limit = account.requests_per_minute
    if limit is not None and not rate_limit.test(account.window, context.now, limit):
        context.is_over_limit = True
        reset = render_iso(rate_limit.reset_at(account.window, context.now)).encode()
        raise ApiError(
            "rate_limited", limit=limit, headers=((b"x-rate-limit-reset-at-utc", reset),)
        )


def check_content_type(_world: Services, context: Context) -> None:
    """Accept JSON and multipart (E3)."""
    media, _ = parse_content_type(context.request.headers.get(b"content-type", b""))
    if media not in {"application/json", "multipart/form-data"}:
        raise ApiError("content_type")


def check_body(services: Services, context: Context) -> None:
    """Read the body: within the limit (413), and one JSON object (E2)."""
    request = context.request
    if request.oversized:
        raise ApiError("too_large", limit_mib=services.options.max_body_mib)
    if context.reading is None:
        context.params, context.payload = request_body.parsed(request, context.require_model())
    else:
        context.params, context.payload, _ = context.reading.get()


def check_contract(services: Services, context: Context) -> None:
    """Check the values: v1 refuses them now (E2, E3), v2 lets the job fail (T10)."""
    reading, params = context.reading, context.params
    found = (
        find_violation(context.require_model(), params)
        if reading is None
        else reading.get().violation
    )
    context.violation = found
    if found and (context.route.name == "sync" or services.options.validation == "upfront"):
        raise ApiError(found.row, message=found.message)


def check_credits(services: Services, context: Context) -> None:
    """Refuse a call that the balance, holds deducted, does not cover (E3, E3b, L3)."""
    wallet = context.require_account().wallet
    price = context.price = context.require_model().compute_price(context.params)
    if wallet.available < price:
        row = f"insufficient_credits_{_credits_status(services, context)}"
        raise ApiError(row, balance=shown(wallet.available), price=shown(price))


def _credits_status(services: Services, context: Context) -> int | str:
    """Return the status of an empty wallet; `split` tells v1 from v2 and workflows (E3c)."""
    asked = services.options.credits_status
    if asked != "split":
        return asked
    return 406 if context.route.name == "sync" else 402


def make_job(services: Services, context: Context) -> None:
    """Decide how the job will go, unless key or prompt ask for an error in its place."""
    use_triggers = services.options.use_triggers
    begin(services, context, _trigger(context) if use_triggers else magic_values.NONE)


def begin(services: Services, context: Context, trigger: magic_values.Trigger) -> None:
    """Make the job, unless the key or this trigger ask for an error."""
    account = context.require_account()
    if account.post_error:
        raise ApiError(account.post_error)
    if trigger.status is not None:
        raise _triggered(services, context, trigger.status)
    context.job = job_of(services, context, trigger)


def _trigger(context: Context) -> magic_values.Trigger:
    """Return what the prompt asks for, or the last user's turn of a conversation."""
    params = context.params
    asked = magic_values.of_prompt(params.get("prompt"))
    if asked is magic_values.NONE and context.require_model().terms.output.provider:
        return magic_values.of_prompt(last_user_text(params))
    return asked


def _triggered(services: Services, context: Context, status: int) -> ApiError:
    """Return an error with this status in the gateway's manner: HTML from the edge, a reset."""
    row = "triggered_page" if status in services.catalogue.page_statuses else "triggered"
    headers: Headers = ()
    if status == _TOO_MANY:
        reset = rate_limit.reset_at(context.require_account().window, context.now)
        headers = ((b"x-rate-limit-reset-at-utc", render_iso(reset).encode()),)
    return ApiError(row, status=status, headers=headers)


def find_job(services: Services, context: Context) -> None:
    """Find the account's own job; another account's is as unknown as none (T6, T7)."""
    job = services.store.find_job(context.require_account().api_key, context.subject)
    if job is None or job.is_flow:
        raise ApiError(context.unknown_row, request_id=context.shown_subject)
    context.job = job


def check_balance_record(_world: Services, context: Context) -> None:
    """Refuse the balance of an account that has no record of one (R6)."""
    if not context.require_account().wallet.record:
        raise ApiError("no_credits_record")


CHECKS: tuple[Check, ...] = (
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

POLL_CHECKS: tuple[Check, ...] = (check_route, check_key, find_job)
CREDITS_CHECKS: tuple[Check, ...] = (check_route, check_key, check_balance_record)

CHECKS_OF: dict[RouteName, tuple[Check, ...]] = {
    "sync": CHECKS,
    "submit": CHECKS,
    "status": POLL_CHECKS,
    "result": POLL_CHECKS,
    "poll": POLL_CHECKS,
    "credits": CREDITS_CHECKS,
    "output": (check_route,),
    "unknown": (check_route,),
}
