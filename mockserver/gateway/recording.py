"""Entering exchanges into the journal: whose they are, what they are about, what is kept."""

from __future__ import annotations

import msgspec

from mockserver.base.ids import canonical
from mockserver.base.wire import Respond
from mockserver.gateway.context import Exchange, World
from mockserver.rules.outputs import parse_name
from mockserver.state.account import Account, is_key
from mockserver.state.journal import Delivery, Entry
from mockserver.state.journal_bounds import kept

_FILES = {"asset", "dataset"}

_SMALL_BODIES, _SMALL_CALL = 2_000, 6_000
"""Bytes of both bodies up to which a call is not worth weighing its account, and what it adds at
most: a job, its output, an entry in the ledger, and this exchange."""


def record_exchange(
    world: World, exchange: Exchange, respond: Respond | None, delivered: Delivery
) -> None:
    """Enter an exchange into the journal that it belongs in.

    Args:
        world: Whose journals they are.
        exchange: What was asked, and what it was about.
        respond: What was sent of the answer, if anything.
        delivered: What the client has of it.
    """
    store, request, job = world.store, exchange.request, exchange.job
    account, request_id = find_subject(world, exchange)
    journal = account.journal if account else store.anonymous
    request_body = kept(request.body)
    if request_body is not request.body:
        request = msgspec.structs.replace(request, body=request_body)
    model = job.model if job else exchange.model
    clock = account.clock if account else store.clock
    unknown = exchange.model.unknown(exchange.params) if exchange.model else ()
    store.journals.append(
        journal,
        Entry(
            seq=store.journals.next_number(),
            at=exchange.arrived_at,
            answered_at=exchange.now,
            api_key=exchange.api_key,
            request=request,
            route=exchange.route,
            model=model.slug if model else None,
            request_id=request_id,
            status=respond.status if respond else None,
            headers=respond.headers if respond else (),
            body=kept(respond.body) if respond else b"",
            behaviours=exchange.facts,
            fault_id=exchange.strike.fault_id if exchange.strike else None,
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


def find_subject(world: World, exchange: Exchange) -> tuple[Account | None, str | None]:
    """Return whose journal an exchange belongs in, and the id of the job that it is about.

    Without an account it is the owner of the job or output that the path names, if any.
    What was begun in a world that has ended is nobody's: the world after it never asked.
    """
    store, account, asked = world.store, exchange.account, exchange.asked_id
    if exchange.is_orphaned:
        return None, exchange.job.request_id if exchange.job else asked
    if exchange.job is not None:
        return account, exchange.job.request_id
    if exchange.route == "output":
        output = store.outputs.get(parse_name(exchange.subject)[0])
        owner = store.accounts.get(output.owner) if output else None
        return account or owner, output.request_id if output else None
    if exchange.route in _FILES:
        asset = store.assets.get(parse_name(exchange.subject)[0])
        return account or (store.accounts.get(asset.owner) if asset else None), None
    if account is None and asked:
        account = store.owner_of(canonical(asked))
    if account is None and exchange.strike and world.rules.accept == "any":
        key = exchange.api_key or ""
        account = store.make(key) if is_key(key) else None  # a fault struck its first call
    return account, asked
