"""Which calls the rules of faults strike: worked out from what they say, not by the emulator."""

from __future__ import annotations

from typing import Any, NamedTuple

from mockserver.base.ids import draw_integer

BILLION = 1_000_000_000


class Plan(NamedTuple):
    """What comes of so many calls, all alike.

    Attributes:
        strikes: For each call the id of the rule that strikes it, or None.
        counts: For each rule how many calls it has counted, and how many of them it has struck.
    """

    strikes: list[str | None]
    counts: dict[str, tuple[int, int]]


def plan_strikes(
    rules: list[dict[str, Any]], key: str, route: str, calls: int, seed: int = 0
) -> Plan:
    """Foretell what some rules do to the next calls of a key to a route.

    Args:
        rules: As the control plane shows them, in their order, and each about this route alone.
        key: Whose calls they are.
        route: What is called.
        calls: How many calls there are.
        seed: That of the server.
    """
    counts = {rule["id"]: (0, 0) for rule in rules}
    strikes: list[str | None] = []
    for _ in range(calls):
        struck = None
        for rule in rules:
            counted, hits = counts[rule["id"]]
            if is_spent(rule, counted, hits):
                continue
            strikes_here = does_strike(rule, counted, (key, route), seed)
            counts[rule["id"]] = (counted + 1, hits + strikes_here)
            if strikes_here:
                struck = rule["id"]
                break
        strikes.append(struck)
    return Plan(strikes, counts)


def is_spent(rule: dict[str, Any], counted: int, hits: int) -> bool:
    """Tell whether a rule has nothing left after so many calls and strikes."""
    if isinstance(rule["do"], list):
        return counted >= len(rule["do"])
    return "times" in rule and hits >= rule["times"]


def does_strike(rule: dict[str, Any], ordinal: int, call: tuple[str, str], seed: int) -> bool:
    """Tell whether a rule strikes the `ordinal`-th call that it counts, from 0."""
    if isinstance(rule["do"], list):
        return rule["do"][ordinal] is not None
    index = ordinal - rule.get("skip", 0)
    if index < 0 or (index + 1) % rule.get("every", 1):
        return False
    if "probability" not in rule:
        return True
    number = int(rule["id"].removeprefix("fault-"))
    drawn = draw_integer(1, BILLION, seed, "fault", number, *call, ordinal)
    return drawn <= rule["probability"] * BILLION


def lets_through(rule: dict[str, Any]) -> bool:
    """Tell whether calls that a rule strikes are answered as those that it does not."""
    return "state" in rule["do"] or makes_wait(rule)


WAITING = ("sync", "result")
"""Routes whose calls may wait: for a run, or until a file is rendered."""


def makes_wait(rule: dict[str, Any]) -> bool:
    """Tell whether calls that a rule strikes come into the journal later than they are counted."""
    return "delay_s" in rule["do"]


def may_wait(route: str, rules: list[dict[str, Any]]) -> bool:
    """Tell whether calls to a route may come into the journal in another order."""
    return route in WAITING or any(makes_wait(rule) for rule in rules)


def precedes_decision(rule: dict[str, Any]) -> bool:
    """Tell whether nothing is done of a call that a rule strikes."""
    return rule["when"] == "before" and not lets_through(rule)
