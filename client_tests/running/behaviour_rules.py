"""How a server is told to behave as a case says: faults that strike once each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from client_tests.cases.model import Effect
from client_tests.judging.trace import Document
from client_tests.running.instants import spell_instant


def make_rules(behaviour: Sequence[Effect]) -> list[Document]:
    """Return the faults that make a server behave so.

    Each effect is a rule that strikes once. A rule counts the calls that no earlier rule has
    struck, so the `ordinal` of an effect, less those before it on the same route, is its `skip`.
    """
    by_route: dict[str, list[Effect]] = {}
    for effect in sorted(behaviour, key=lambda effect: effect.ordinal):
        by_route.setdefault(effect.route, []).append(effect)
    found = []
    for route, effects in sorted(by_route.items(), key=lambda each: any(map(_is_dated, each[1]))):
        for index, effect in enumerate(effects):
            rule: Document = {"on": {"route": route}, "do": _render_effect(effect), "times": 1}
            if effect.ordinal > index:
                rule["skip"] = effect.ordinal - index
            if effect.when:
                rule["when"] = effect.when
            found.append(rule)
    return found


def _render_effect(effect: Effect) -> Document:
    """Return what the server is to do: it computes when a window ends as it answers.

    It knows one spelling of that. The others are computed here, so these rules are armed last.
    """
    if effect.reset_in_s is None:
        return effect.do
    if not _is_dated(effect):
        return {**effect.do, "reset_in_s": effect.reset_in_s}
    reset = datetime.now(UTC) + timedelta(seconds=effect.reset_in_s)
    headers = {"x-rate-limit-reset-at-utc": spell_instant(reset, effect.reset_form)}
    return {**effect.do, "headers": headers}


def _is_dated(effect: Effect) -> bool:
    """Tell whether an effect names an instant that the kit computes."""
    return effect.reset_in_s is not None and effect.reset_form != "milliseconds"
