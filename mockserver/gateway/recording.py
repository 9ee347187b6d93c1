"""Entering exchanges into the journal: whose they are, what they are about, what is kept."""

from __future__ import annotations

import msgspec

from mockserver.base.ids import normalize_id
from mockserver.base.wire import Respond
from mockserver.gateway.context import Context, Services
from mockserver.rules.outputs import parse_name
from mockserver.state.account import Account, is_key
from mockserver.state.journal import Delivery, Entry
from mockserver.state.journal_bounds import kept

_SMALL_BODIES, _SMALL_CALL = 2_000, 6_000
"""Bytes of both bodies up to which a call is not worth weighing its account, and what it adds at
most: a job, its output, an entry in the ledger, and this exchange."""


def record_exchange(
    services: Services, context: Context, respond: Respond | None, delivered: Delivery
) -> None:
    """Enter an exchange into the journal that it belongs in.

    Args:
        services: Whose journals they are.
        context: What was asked, and what it was about.
        respond: What was sent of the answer, if anything.
        delivered: What the client has of it.
    """
    store, request, job = services.store, context.request, context.job
    account, request_id = find_subject(services, context)
    journal = account.journal if account else store.anonymous
    request_body = kept(request.body)
    if request_body is not request.body:
        request = msgspec.structs.replace(request, body=request_body)
    model = job.model if job else context.model
    clock = account.clock if account else store.clock
    unknown = context.model.unknown(context.params) if context.model else ()
    store.journals.append(
        journal,
        Entry(
            seq=store.journals.next_number(),
            at=context.arrived_at,
            answered_at=context.now,
            api_key=context.api_key,
            request=request,
            route=context.route.name,
            model=model.slug if model else None,
            request_id=request_id,
            status=respond.status if respond else None,
            headers=respond.headers if respond else (),
            body=kept(respond.body) if respond else b"",
            behaviours=context.facts,
            fault_id=context.injection.fault_id if context.injection else None,
            delivery=delivered,
            clock=clock.mode,
            unknown_params=tuple(unknown),
            slept=account.clock.slept if account else None,
        ),
    )
    if account is None:
        return
    body_bytes = len(request.body) + (len(respond.body) if respond else 0)
    if not account.weighed_bytes or body_bytes > _SMALL_BODIES:
        store.memory.weigh(account)
    elif request.method != "GET":  # those add to the journal alone
        store.memory.add(account, _SMALL_CALL)


def find_subject(services: Services, context: Context) -> tuple[Account | None, str | None]:
    """Return whose journal an exchange belongs in, and the id of the job that it is about.

    Without an account it is the owner of the job or output that the path names, if any.
    What was begun in a world that has ended is nobody's: the world after it never asked.
    """
    store, account, job = services.store, context.account, context.job
    if context.is_orphaned:
        return None, job.request_id if job else context.asked_id
    if job is not None:
        return account, job.request_id
    if context.route.serves == "output":
        output = store.outputs.get(parse_name(context.subject)[0])
        owner = store.accounts.get(output.owner) if output else None
        return account or owner, output.request_id if output else None
    if context.route.serves == "upload":
        asset = store.uploads.get(parse_name(context.subject)[0])
        return account or (store.accounts.get(asset.owner) if asset else None), None
    asked = context.asked_id
    if account is None and asked:
        account = store.owner_of(normalize_id(asked))
    if account is None and context.injection and services.options.accept == "any":
        key = context.api_key or ""
        account = store.make(key) if is_key(key) else None  # a fault struck its first call
    return account, asked
