"""Telling a test's author what went wrong, with the lines of the journal that show it."""

from __future__ import annotations

from textwrap import fill, indent

from mockserver.handles.account import AccountHandle, Document

_WIDTH = 96
_MOST_LINES = 12
_WHAT_TO_DO = (
    "Whether they broke a rule cannot be told. Let the client make fewer calls, empty the journal\n"
    "on the way (`reset()`), or mark the test with @pytest.mark.segmock(strict=False)."
)


def find_violations(account: AccountHandle, *, with_faults: bool = True) -> list[str]:
    """Return what a strict test complains of.

    That is a journal that could not keep everything, broken MUST rules, faults that never struck.
    """
    lines = {exchange["seq"]: render_line(exchange) for exchange in account.requests}
    broken = [
        _render_verdict(verdict, lines)
        for verdict in account.verdicts
        if verdict["level"] == "MUST"
    ]
    idle = _render_idle_faults(account, list(lines.values())) if with_faults else []
    return [*_render_dropped(account.dropped), *broken, *idle]


def render_requests(account: AccountHandle) -> str:
    """Return what a client asked, a line each, and what came meanwhile with a key of nobody's."""
    return _add_strays("\n".join(map(render_line, account.requests)), account) or "nothing at all"


def render_line(exchange: Document) -> str:
    """Return an exchange in a line: its number, what was asked, and what came of it."""
    status = exchange["status"] or "no answer"
    notes = [exchange["delivery"]] if exchange["delivery"] != "intact" else []
    notes += [f"by {exchange['fault_id']}"] if "fault_id" in exchange else []
    note = f"  ({', '.join(notes)})" if notes else ""
    when = exchange["at_utc"][11:23]
    call = f"{exchange['method']:<4} {exchange['path']}"
    return f"#{exchange['seq']:<4} {when}  {call}  → {status}{note}"


def _render_verdict(verdict: Document, lines: dict[int, str]) -> str:
    shown = [lines.get(seq, f"#{seq} is no longer in the journal") for seq in verdict["requests"]]
    facts = ", ".join(verdict["facts"])
    return (
        f"segmock: MUST {verdict['id']}: {verdict['title']} ({facts})\n"
        f"{fill(verdict['explanation'], _WIDTH)}\n{_render_list(shown)}"
    )


def _render_dropped(number: int) -> list[str]:
    """Return a complaint about exchanges that the journal could not keep."""
    if not number:
        return []
    return [
        f"segmock: the journal could not keep all calls; the oldest {number} are gone.\n"
        + _WHAT_TO_DO
    ]


def _render_idle_faults(account: AccountHandle, lines: list[str]) -> list[str]:
    """Return a complaint about each fault that had a chance and never struck."""
    idle = [rule for rule in account.faults if not rule["hits"] and "probability" not in rule]
    if not idle:
        return []
    own = indent(_add_strays(_cut(lines), account) or "nothing at all was asked", "  ")
    return [
        f"segmock: {rule['id']} never struck: {_render_rule(rule)}\n"
        "The client never made the call that it means. What it did ask:\n" + own
        for rule in idle
    ]


def _render_rule(rule: Document) -> str:
    told = ("id", "api_key", "hits", "spent", "calls")
    return ", ".join(f"{name} {value}" for name, value in rule.items() if name not in told)


def _add_strays(own: str, account: AccountHandle) -> str:
    """Add the calls with keys of nobody's: a wrong key is the likeliest reason for silence."""
    strays = [_render_stray(exchange) for exchange in account.stray]
    if not strays:
        return own
    shown = f" {strays[0]}" if len(strays) == 1 else "\n" + _render_list(strays)
    lead = f"{own}\n" if own else "nothing with this test's key; "
    return f"{lead}during this test the server also saw{shown}"


def _render_stray(exchange: Document) -> str:
    key = exchange["api_key"]
    whose = f"with key {key.replace('...', '…')}" if key else "without a key"
    return f"{exchange['method']} {exchange['path']} → {exchange['status'] or 'no answer'} {whose}"


def _render_list(lines: list[str]) -> str:
    return indent(_cut(lines), "  ")


def _cut(lines: list[str]) -> str:
    more = len(lines) - _MOST_LINES
    shown = lines[:_MOST_LINES] + ([f"… and {more} more"] if more > 0 else [])
    return "\n".join(shown)
