"""Entering exchanges into the journal: whose they are, what they are about, what is kept."""

from __future__ import annotations

from typing import Any, assert_never

import msgspec

from mockserver.base.content_types import parse_content_type
from mockserver.base.digests import describe_whole
from mockserver.base.ids import normalize_id
from mockserver.base.wire import Disconnect, FinalOutcome, Pieces, Respond
from mockserver.contract.judgement import FAULTLESS
from mockserver.gateway.context import Context, Services
from mockserver.gateway.opening import has_ended
from mockserver.state.account import Account, is_key
from mockserver.state.changes import MakeAccount
from mockserver.state.journal import Delivery, Exchange
from mockserver.state.journal_bounds import MAX_BODY, cut_body

_TOO_MANY = 429


def record_exchange(services: Services, context: Context, outcome: FinalOutcome | None) -> None:
    """Enter an exchange into the journal that it belongs in; without an outcome the client left."""
    respond: Respond | None
    delivery: Delivery
    if type(outcome) is Respond:  # nearly all are, and a `match` takes longer to say so
        respond, delivery = outcome, "damaged" if context.is_damaged else "intact"
    else:
        respond, delivery = _find_sent(outcome)
    account, request_id = assign_exchange(services, context)
    request, body = context.request, respond.body if respond else b""
    if len(request.body) > MAX_BODY:
        request = msgspec.structs.replace(request, body=cut_body(request.body))
    model = context.job.model if context.job else context.model
    # With more than 15 keywords Python makes a dictionary of them, which takes four times as long.
    exchange = Exchange(
        seq=services.store.journals.assign_number(),
        at=context.arrived_at,
        answered_at=context.now,
        api_key=context.api_key,
        request=request,
        route=context.route.name,
        model=model.slug if model else None,
        request_id=request_id,
        status=respond.status if respond else None,
        headers=respond.headers if respond else (),
        body=body if len(body) <= MAX_BODY else cut_body(body),
        behaviours=context.facts,
        delivery=delivery,
        clock=(account or services.store).clock.mode,
        elapsed=context.arrived_elapsed,
    )
    if seldom := _find_seldom(context, account, exchange, body):
        exchange = msgspec.structs.replace(exchange, **seldom)
    services.store.enter(account.api_key if account else None, exchange)


def _find_seldom(
    context: Context, account: Account | None, exchange: Exchange, body: bytes
) -> dict[str, Any]:
    """Return the fields that are as they are by default in nearly all exchanges, if here not."""
    seldom: dict[str, Any] = {}
    if context.fault_id is not None:
        seldom["fault_id"] = context.fault_id
    if account is not None and account.slept is not None:
        seldom["slept"] = account.slept
    if len(body) > MAX_BODY and not context.route.serves:
        seldom["whole"] = describe_whole(body)
    if exchange.status == _TOO_MANY:
        seldom["limited"] = (context.elapsed, context.skipped)
    judgement, model = context.judgement, context.model
    if judgement is not FAULTLESS:
        seldom["advice"] = judgement.advice
        seldom["numbers_as_text"] = _list_numbers_as_text(context)
    if model is not None and (unknown := model.find_unknown(context.params)):
        seldom["unknown_params"] = tuple(unknown)
    return seldom


def _list_numbers_as_text(context: Context) -> tuple[str, ...]:
    """Return where a JSON body has a number as text; in a form all is text (P5)."""
    media, _ = parse_content_type(context.request.headers.get(b"content-type", b""))
    return () if media == "multipart/form-data" else context.judgement.numbers_as_text


def _find_sent(outcome: Pieces | Disconnect | None) -> tuple[Respond | None, Delivery]:
    """Return what was sent of an answer, None if nothing was, and what the client has of it."""
    match outcome:
        case Pieces(respond=respond, sent_bytes=None):
            return respond, "intact"
        case Pieces(respond=respond, sent_bytes=sent_bytes):
            return Respond(respond.status, respond.headers, respond.body[:sent_bytes]), "damaged"
        case Disconnect() | None:
            return None, "lost"
        case _:
            assert_never(outcome)


def assign_exchange(services: Services, context: Context) -> tuple[Account | None, str | None]:
    """Return whose journal an exchange belongs in, and the id of the job that it is about.

    Without an account it is the owner of the job or output that the path names, if any; a call
    that a fault struck before its key was looked at has the account of that key made for it.
    What was begun for an account that has ended is nobody's: the one after it never asked.
    """
    job = context.job
    if context.begun_for is not None and has_ended(services, context.begun_for):
        return None, job.request_id if job else context.asked_id
    if job is not None:
        return context.account, job.request_id
    store, account = services.store, context.account
    if context.route.serves == "output":
        output = store.find_output(context.file_id)
        found = store.accounts.get(output.owner) if output else None
        return account or found, output.request_id if output else None
    if context.route.serves == "upload":
        upload = store.find_upload(context.file_id)
        return account or (store.accounts.get(upload.owner) if upload else None), None
    asked = context.asked_id
    if account is None and asked:
        owner = store.owner_of(normalize_id(asked))
        account = store.accounts.get(owner) if owner is not None else None
    if account is None and context.fault_id is not None:
        account = _make_account(services, context)
    return account, asked


def _make_account(services: Services, context: Context) -> Account | None:
    """Return the account of the key, made now; None if there can be none."""
    key = context.api_key or ""
    if services.options.accept != "any" or not is_key(key):
        return None
    services.store.commit(key, (MakeAccount(),), context.now)
    return services.store.accounts[key]
