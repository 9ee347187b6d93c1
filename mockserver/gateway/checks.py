"""What the gateway checks of a request, one check after the other; the order is emulated too.

Each check reads the `Context`, adds to it what later ones need, or raises the `ApiError` that the
client gets. None writes to the store: `decide` makes changes of what they have found. Above each
stands what the sources say; ids are those of contracts/behaviours.json.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from mockserver.base.content_types import parse_content_type
from mockserver.base.errors import ApiError
from mockserver.base.wire import Headers
from mockserver.contract.judgement import judge_params
from mockserver.contract.routing import UNKNOWN, RouteName
from mockserver.contract.run_parameters import compute_price
from mockserver.gateway import request_body, windows
from mockserver.gateway.context import Context, Services
from mockserver.gateway.job_factory import plan_job
from mockserver.rules import magic_values, rate_limit
from mockserver.rules.chat_input import find_last_user_text
from mockserver.rules.wallet import render_money
from mockserver.state.account import is_key

_TOO_MANY = 429

Check: TypeAlias = Callable[[Services, Context], None]


# R8: a route of a model takes POST alone; any other verb is 405 with a page of HTML, where all
# other errors are JSON. R9: nothing can be cancelled, listed or paged, so such paths are unknown.
def check_route(_services: Services, context: Context) -> None:
    """Refuse unknown paths, and known ones with the wrong verb (R8)."""
    request = context.request
    if context.route is UNKNOWN:
        raise ApiError("unknown_route", method=request.method, path=request.path[:200])
    if request.method not in context.route.methods:
        allow = ", ".join(context.route.methods).encode()
        raise ApiError("method_not_allowed", headers=((b"allow", allow),))


# A1: the key comes in `x-api-key`. A2: none at all is 401, with words of its own. A3: so is one
# that nobody was given; the emulator knows any key unless it is told to know those listed alone.
# A4: a good key sent as `Authorization: Bearer` opens no inference route, but does open workflows.
def check_key(services: Services, context: Context) -> None:
    """Find the account of the key; under `--accept any` a new one, not kept yet (A1 to A5)."""
    if context.api_key is None:
        bearer = b"authorization" in context.request.headers
        raise ApiError("bearer_key" if bearer else "missing_key")
    if context.account is None:
        if services.options.accept != "any" or not is_key(context.api_key):
            raise ApiError("invalid_key")
        context.account = services.store.describe(context.api_key)
        context.is_new_account = True
        context.arrive(context.account.clock)
    if context.account.status != "active":
        raise ApiError("invalid_key")


# E4: a slug that no model has is 404, a model that was withdrawn 410. A6: one that there is, but
# not for this account, is 403.
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


# L1: the plan says how many requests a minute an account may make. L2, inferred: they are counted
# by key, in windows that follow each other, and only POSTs that run a model count.
# E5: one too many is 429, with the end of the window in a header; there is no Retry-After.
def check_rate(services: Services, context: Context) -> None:
    """Refuse a call that the account's window has no room for (E5, L1, L2)."""
    account = context.require_account()
    limit = account.requests_per_minute
    if limit is not None and not rate_limit.has_room(account.window, context.elapsed, limit):
        context.is_over_limit = True
        headers = (windows.render_reset(services, context),)
        raise ApiError("rate_limited", limit=limit, headers=headers)


# E3: a missing or wrong Content-Type is the first of the causes of 406: "Invalid content type".
def check_content_type(_services: Services, context: Context) -> None:
    """Accept JSON and multipart (E3)."""
    media, _ = parse_content_type(context.request.headers.get(b"content-type", b""))
    if media not in {"application/json", "multipart/form-data"}:
        raise ApiError("content_type")


# E2: a body that cannot be understood is 400. E2b, inferred: so is one that asks for too much work.
# How large a body may be is not known: 413 and its limit are the emulator's own.
def check_body(services: Services, context: Context) -> None:
    """Read the body: within the limit (413), and one JSON object (E2)."""
    request = context.request
    if request.oversized:
        raise ApiError("too_large", limit_mib=services.options.max_body_mib)
    if context.reading is None:
        context.params, context.payload = request_body.parse_params(
            request, context.require_model()
        )
    else:
        body = context.reading.get()
        context.params, context.payload = body.params, body.payload


# E2: v1 answers 400 where a required field is missing or the model cannot do what is asked.
# E3: v1 answers 406 to a value that its enumeration does not list. Both come before the run.
# T10: v2 was seen to accept a wrong body with 200; its run then ended FAILED.
# P1, P2, P3: texts that spell numbers, null and bare base64 are read, and no reason to refuse.
def check_contract(services: Services, context: Context) -> None:
    """Check the values: v1 refuses them now (E2, E3), v2 lets the job fail (T10)."""
    reading, options = context.reading, services.options
    if reading is None:
        context.judgement = judge_params(context.require_model(), context.params, options.types)
    else:
        context.judgement = reading.get().judgement
    found = context.judgement.violation
    if found and (context.route.blocks or options.validation == "upfront"):
        raise ApiError(found.row, message=found.message)


# L3: a call is refused if the balance is below the model's price, not only at zero.
# E3, E3b, E3c: the documentation says 406, a v2 submit got 402, and one empty account got 402 on v2
# and 406 on v1 on one day: `--credits-status` says which it is.
def check_credits(services: Services, context: Context) -> None:
    """Refuse a call that the balance, holds deducted, does not cover (E3, E3b, L3)."""
    wallet = context.require_account().wallet
    price = context.price = compute_price(context.require_model().terms, context.params)
    if wallet.available < price:
        row = f"insufficient_credits_{_choose_credits_status(services, context)}"
        raise ApiError(row, balance=render_money(wallet.available), price=render_money(price))


def _choose_credits_status(services: Services, context: Context) -> int | str:
    """Return the status of an empty wallet; `split` takes workflows for v2 (E3c)."""
    asked = services.options.credits_status
    if asked != "split":
        return asked
    return 406 if context.route.blocks else 402


# R1, S1: v1 runs the model and blocks, v2 queues the run. S2: no two POSTs are ever merged, so each
# makes a job of its own. Keys and prompts that ask for an outcome are the emulator's own invention.
def make_job(services: Services, context: Context) -> None:
    """Decide how the job will go, unless key or prompt ask for an error in its place."""
    use_triggers = services.options.use_triggers
    start_job(services, context, _find_trigger(context) if use_triggers else magic_values.NONE)


def start_job(services: Services, context: Context, trigger: magic_values.Trigger) -> None:
    """Make the job, unless the key or this trigger ask for an error."""
    account = context.require_account()
    if account.post_error:
        raise ApiError(account.post_error)
    if trigger.status is not None:
        raise _make_triggered_error(services, context, trigger.status)
    context.job = plan_job(services, context, trigger)


def _find_trigger(context: Context) -> magic_values.Trigger:
    """Return what the prompt asks for, or the last user's turn of a conversation."""
    params = context.params
    asked = magic_values.parse_prompt(params.get("prompt"))
    if asked is magic_values.NONE and context.require_model().terms.output.provider:
        return magic_values.parse_prompt(find_last_user_text(params))
    return asked


def _make_triggered_error(services: Services, context: Context, status: int) -> ApiError:
    """Return an error with this status in the gateway's manner: HTML from the edge, a reset."""
    row = "triggered_page" if status in services.catalogue.page_statuses else "triggered"
    headers: Headers = ()
    if status == _TOO_MANY:
        headers = (windows.render_reset(services, context),)
    return ApiError(row, status=status, headers=headers)


# T6: an id that is not this key's answers 404 with the id as the client wrote it. T7: so does one
# whose hour is over. S1b: a dashed UUID and its 32 hex digits name the same request.
def find_job(services: Services, context: Context) -> None:
    """Find the account's own job; another account's is as unknown as none (T6, T7)."""
    job = services.store.find_job(context.require_account().api_key, context.subject)
    if job is None or job.flow_origin:
        raise ApiError(context.unknown_row, request_id=context.shown_subject)
    context.job = job


# R6: an account without a record of a balance gets 404, "No credits found for the user".
def check_balance_record(_services: Services, context: Context) -> None:
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
"""What is checked of a run of a model, in the order in which the gateway refuses."""

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
