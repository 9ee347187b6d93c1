"""Which fault strikes a call: what rules can look at, and the effect of the one that strikes."""

from __future__ import annotations

from mockserver.gateway.context import Context, Services
from mockserver.gateway.effect import EFFECTS, NO_FAULT, Effect
from mockserver.gateway.effects import answers, bodies, headers, jobs, pauses
from mockserver.rules.faults import Call

EFFECT_MODULES = (answers, bodies, headers, jobs, pauses)
"""Where effects are registered: a new module of effects joins them here."""


def match_fault(services: Services, context: Context) -> Effect:
    """Return the effect that strikes this call: `NO_FAULT`, unless a rule is about it.

    It also sets `Context.fault_id`.
    """
    if not services.faults.may_strike or not context.route.may_be_struck:
        return NO_FAULT
    injection = services.faults.match(describe_call(services, context))
    if injection is None:
        return NO_FAULT
    context.fault_id = injection.fault_id
    armed = injection.effect
    return EFFECTS[armed.kind](armed.value, armed.document, armed.when)


def describe_call(services: Services, context: Context) -> Call:
    """Return what a rule can look at; an output's owner stands for the key that is not sent."""
    api_key, model, state = context.api_key, None, None
    if context.route.serves == "output":
        output = services.store.find_output(context.file_id)
        if output is not None:
            api_key, model = output.owner, output.model.slug
    elif context.asked_id is not None:
        account = context.account
        job = account and services.store.find_job(account.api_key, context.asked_id)
        if job:
            model, state = job.model.slug, job.find_state(context.now)
    elif context.subject in services.catalogue.models:
        model = context.subject
    return Call(api_key, context.route.name, model, state)
