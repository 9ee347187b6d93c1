"""Contracts made of a recording: those that come along with what was seen, and new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from decimal import Decimal
from statistics import median
from typing import Any

from mockserver.base.plurals import count
from mockserver.contract.models import Model
from mockserver.importing.assumptions import Assumption
from mockserver.importing.contracts import Contract, make_contract
from mockserver.importing.drafts import Draft, check_slug
from mockserver.importing.errors import SourceError
from mockserver.importing.observations import make_properties
from mockserver.importing.recorded_claims import (
    find_required,
    list_accepted,
    list_refusals,
    list_samples,
    observe_parameters,
    widen_property,
)
from mockserver.importing.recorded_runs import RecordedRun, find_recorded_runs, is_whole
from mockserver.recordings.reader import Recording

KIND = "a recording"
_EVIDENCE = "recorded"


def make_recorded_contracts(
    recording: Recording, slug: str | None, date: str, known: Mapping[str, Model]
) -> list[Contract]:
    """Return a contract for each model that was run.

    Args:
        recording: What was sent, and answered.
        slug: The model that is wanted; every one unless told.
        date: The day of the import, as 2026-11-26.
        known: The models that come along: what the recording does not say of them stands.

    Raises:
        SourceError: no run in it says anything of a model, or of the one that is wanted.
    """
    found = find_recorded_runs(recording)
    runs = {each: found[each] for each in found if slug in {None, each}}
    if not runs:
        raise SourceError(_explain_absence(recording, slug, sorted(found)))
    upstreams = dict.fromkeys(session.header.upstream for session in recording.sessions)
    source = f"{recording.folder}, of {' and '.join(upstreams)}"
    return [
        _amend_contract(known[each], these, source, date)
        if each in known
        else _make_new(each, these, source, date)
        for each, these in runs.items()
    ]


def _explain_absence(recording: Recording, slug: str | None, found: Sequence[str]) -> str:
    if found:
        return f"it has no run of {slug!r} that ended; it has some of {', '.join(found[:5])}"
    exchanges = sum(len(session.story.exchanges) for session in recording.sessions)
    return (
        f"{count(exchanges, 'exchange')} came, and no run of a model with a body of JSON that "
        "succeeded or was refused for it; record one with its polls up to the result"
    )


def _make_new(slug: str, runs: Sequence[RecordedRun], source: str, date: str) -> Contract:
    """Return the contract of a model that no list has."""
    samples = list_samples(runs)
    made = make_properties(observe_parameters(runs))
    costs, seconds = _list_costs(runs), _find_seconds(runs)
    rest = {"required": made.required, "x-advice": made.advice, "properties": made.properties}
    draft = Draft(
        slug=check_slug(slug),
        task=_find_task(runs),
        v1_returns=_find_v1(runs),
        seconds=seconds,
        usd=(costs[0], costs[-1]) if costs else (),
        schema={name: value for name, value in rest.items() if value},
        samples=samples,
        evidence=_EVIDENCE,
        assumptions=[*list_refusals(runs, made.required)],
    )
    return make_contract(draft, source, date)


def _find_task(runs: Sequence[RecordedRun]) -> str:
    made = {run.media for run in runs if run.media}
    return f"text to {made.pop()}" if len(made) == 1 else ""


def _find_v1(runs: Sequence[RecordedRun]) -> str | None:
    """Return what v1 answered with each time, but where a text was asked for (V1c)."""
    asked = {"base64", "base_64"}
    seen = {run.v1_returns for run in runs if asked.isdisjoint(run.sent) and run.v1_returns}
    return seen.pop() if len(seen) == 1 else None


def _list_costs(runs: Sequence[RecordedRun]) -> list[Decimal]:
    return sorted(run.cost for run in runs if run.cost)


def _find_seconds(runs: Sequence[RecordedRun]) -> float | None:
    seconds = [run.seconds for run in runs if run.seconds]
    return round(median(seconds), 3) if seconds else None


def _amend_contract(model: Model, runs: Sequence[RecordedRun], source: str, date: str) -> Contract:
    """Return the contract of a model that comes along, with what was recorded in it."""
    amended = deepcopy(model.document)
    assumed = [
        *_amend_parameters(amended, model.properties, runs),
        *_amend_terms(amended["x-model"], runs),
    ]
    assumed += list_refusals(runs, amended.get("required", []))
    told = {"what": "runs", "evidence": _EVIDENCE, "source": source, "date": date}
    terms = amended["x-model"]
    terms["provenance"] = [told, *terms["provenance"]]
    samples = [each for each in list_samples(runs) if each not in amended["examples"]]
    needed = set(amended.get("required", ()))
    examples = [*samples, *amended["examples"]]
    amended["examples"] = [each for each in examples if needed <= each.keys()]
    return Contract(amended, assumed)


def _amend_parameters(
    document: dict[str, Any], resolved: Mapping[str, dict[str, Any]], runs: Sequence[RecordedRun]
) -> list[Assumption]:
    """Add what was sent, and let nothing refuse what was taken; return what was changed.

    Args:
        document: The contract, which is changed.
        resolved: The schema of each parameter, without references.
        runs: What was recorded.
    """
    changed: list[Assumption] = []
    properties = document.setdefault("properties", {})
    for name, made in make_properties(observe_parameters(runs)).properties.items():
        if name not in properties:
            properties[name] = made
            changed.append(Assumption(f"parameter {name}", "it was sent; the contract lacked it"))
            continue
        sent = [payload[name] for payload in list_accepted(runs) if name in payload]
        whole = [value for value in sent if is_whole(value)]
        widened = widen_property(resolved[name], whole)
        for keyword in resolved[name].keys() - widened.keys():
            why = f"a value was taken that breaks its {keyword}, which only advises now"
            changed.append(Assumption(f"parameter {name}", why))
            properties[name] = widened
    return changed + _amend_required(document, runs)


def _amend_required(document: dict[str, Any], runs: Sequence[RecordedRun]) -> list[Assumption]:
    stated = list(document.get("required", []))
    accepted = list_accepted(runs)
    optional = [name for name in stated if any(name not in sent for sent in accepted)]
    proven = [name for name in find_required(runs) if name not in stated]
    required = [name for name in [*stated, *proven] if name not in optional]
    if required or "required" in document:
        document["required"] = required
    return [
        *(Assumption(f"parameter {name}", "a run without it succeeded") for name in optional),
        *(Assumption(f"parameter {name}", "a run without it was refused") for name in proven),
    ]


def _amend_terms(terms: dict[str, Any], runs: Sequence[RecordedRun]) -> list[Assumption]:
    """Take over seconds, price and what v1 returns, where the contract says one thing of them."""
    changed: list[Assumption] = []
    seconds = _find_seconds(runs)
    if seconds not in {None, terms["typical_s"]}:
        why = f"{seconds:g} is what runs took; the contract had {terms['typical_s']:g}"
        changed.append(Assumption("typical_s", why))
        terms["typical_s"] = seconds
    v1_returns = _find_v1(runs)
    if v1_returns not in {None, terms["v1_returns"]}:
        why = f"v1 answered with {v1_returns}; the contract had {terms['v1_returns']}"
        if v1_returns in {"json", terms["output"]["media"]}:
            terms["v1_returns"] = v1_returns
        else:
            why += ", which stands: its output is another medium"
        changed.append(Assumption("v1_returns", why))
    if costs := _list_costs(runs):
        changed += _amend_price(terms["price"], costs)
    return changed


def _amend_price(price: dict[str, Any], costs: Sequence[Decimal]) -> list[Assumption]:
    charged = f"${costs[0]}" if costs[0] == costs[-1] else f"${costs[0]} - ${costs[-1]}"
    if costs[0] != costs[-1] or price.get("usd_by_value") or price.get("per", "run") != "run":
        why = f"{charged} was charged; the contract's own price stands, which depends on the run"
        return [Assumption("price", why)]
    if Decimal(price["usd"]) == costs[0]:
        return []
    why = f"{charged} was charged for every run; the contract had ${price['usd']}"
    price["usd"] = f"{costs[0]:f}"
    return [Assumption("price", why)]
