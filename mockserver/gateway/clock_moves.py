"""How an answer moves its account's clock: a blocking run ends, a poll steps to what comes next."""

from __future__ import annotations

from mockserver.base.clock import NEVER, SECOND
from mockserver.base.wire import Wait
from mockserver.gateway import fault_injection
from mockserver.gateway.context import POLLS, Exchange, World


def end_run(world: World, exchange: Exchange) -> Wait | None:
    """Let a blocking run end: return how long to wait, or end it where time moves when told."""
    clock, job = exchange.owner.clock, exchange.found
    left = job.finished_at - exchange.now
    if left <= 0:
        return None
    if clock.rate:
        return Wait(left / SECOND / clock.rate, exchange)
    if clock.mode == "auto":
        clock.advance(left)
        exchange.now = clock.now()
    else:  # the clock was stopped while the run was under way
        job.finished_at = exchange.now
        world.store.reschedule(exchange.owner, job)
    world.store.settle(exchange.owner, exchange.now)
    return None


def step_auto_clock(world: World, exchange: Exchange) -> None:
    """Under `auto`, let a poll of a pending job move its account to the next transition."""
    clock = exchange.owner.clock
    if fault_injection.effect_of(exchange, "after", "linger"):
        return
    if clock.mode == "auto" and exchange.route in POLLS:
        instant = exchange.found.next_transition(exchange.now)
        if instant < NEVER:
            clock.advance(instant - exchange.now)
            world.store.ring(exchange.owner)
