"""Telling a test's author what went wrong, with the lines of the journal that show it."""

from __future__ import annotations

from functools import cached_property
from textwrap import fill, indent

from client_tests.reports.text import flat, short
from mockserver.handles.account import AccountHandle, Document
from mockserver.testing.strictness import Strict
from mockserver.testing.trail import Trail

_WIDTH = 96
_MOST_STRAYS = 12
_GONE = (
    "segmock: the journal could not keep all calls; the oldest {} are gone.\n"
    "Whether they broke a rule cannot be told. Let the client make fewer calls, empty the journal\n"
    "on the way (`reset()`), or mark the test with @pytest.mark.segmock(strict=False)."
)


class FailureReport:
    """What is to be said of a test's client, as it is when it is first asked for.

    Args:
        account: The test's account.
    """

    def __init__(self, account: AccountHandle) -> None:
        self._account = account

    def find_violations(
        self, strict: Strict, *, with_faults: bool = True, is_told: bool = False
    ) -> list[str]:
        """Return what a test complains of when it is over.

        That is a journal that could not keep everything, broken rules, faults that never struck;
        where there is something, SHOULD rules that fail nothing follow as advice.

        Args:
            strict: What the client is held to.
            with_faults: Whether it had the occasion to meet all faults.
            is_told: Whether a report has the verdicts already, so that their titles are enough.
        """
        if not strict:
            return []
        levels = {"MUST", "SHOULD"} if strict == "should" else {"MUST"}
        broken = [each for each in self._verdicts if each["level"] in levels]
        render = _render_briefly if is_told else self._render_verdict
        found = [*self._render_dropped(), *map(render, broken)]
        found += self._render_idle_faults() if with_faults else []
        return [*found, *self._render_advice(levels)] if found and not is_told else found

    def find_advice(self, strict: Strict) -> list[str]:
        """Return the broken SHOULD rules, unless they are complained of."""
        return self._render_advice({"SHOULD"} if strict == "should" else set())

    def render_requests(self) -> str:
        """Return what the client asked, and what came meanwhile with a key of nobody's."""
        return self._add_strays(self._trail.render()) or "nothing at all"

    def render_verdicts(self) -> str:
        """Return every rule that the client broke, MUST before SHOULD; nothing if it broke none."""
        grave = [self._render_verdict(each) for each in self._verdicts if each["level"] == "MUST"]
        return "\n\n".join([*grave, *self._render_advice(set())])

    @cached_property
    def _verdicts(self) -> list[Document]:
        return self._account.verdicts

    @cached_property
    def _dropped(self) -> int:
        return self._account.dropped

    @cached_property
    def _faults(self) -> list[Document]:
        return list(self._account.faults)

    @cached_property
    def _trail(self) -> Trail:
        marked = {seq for verdict in self._verdicts for seq in verdict["requests"]}
        faults = {rule["id"]: rule for rule in self._faults}
        return Trail(self._account.requests, self._dropped, faults, marked)

    def _render_verdict(self, verdict: Document, *, is_advice: bool = False) -> str:
        title = _render_title(verdict, "advice, " if is_advice else "")
        lines = self._trail.render_chosen(verdict["requests"])
        why = fill(verdict["explanation"], _WIDTH, break_on_hyphens=False)
        return "\n".join([title, why, *lines])

    def _render_advice(self, complained: set[str]) -> list[str]:
        """Return the SHOULD rules that were broken, if their level is not complained of."""
        return [
            self._render_verdict(verdict, is_advice=True)
            for verdict in self._verdicts
            if verdict["level"] == "SHOULD" and "SHOULD" not in complained
        ]

    def _render_dropped(self) -> list[str]:
        """Return a complaint about exchanges that the journal could not keep."""
        return [_GONE.format(self._dropped)] if self._dropped else []

    def _render_idle_faults(self) -> list[str]:
        """Return a complaint about each fault that had a chance and never struck."""
        idle = [rule for rule in self._faults if not rule["hits"] and "probability" not in rule]
        if not idle:
            return []
        own = self._add_strays(self._trail.render_few()) or "  nothing at all was asked"
        return [
            f"segmock: {rule['id']} never struck: {_render_rule(rule)}\n"
            "The client never made the call that it means. What it did ask:\n" + own
            for rule in idle
        ]

    def _add_strays(self, own: list[str]) -> str:
        """Add the calls with keys of nobody's: a wrong key is the likeliest reason for silence."""
        strays = [_render_stray(exchange) for exchange in self._account.stray]
        if not strays:
            return "\n".join(own)
        shown = f" {strays[0]}" if len(strays) == 1 else "\n" + _render_list(strays)
        lead = "" if own else "nothing with this test's key; "
        return "\n".join([*own, f"  {lead}during this test the server also saw{shown}"])


def _render_title(verdict: Document, lead: str = "") -> str:
    facts = ", ".join(verdict["facts"])
    return f"segmock: {lead}{verdict['level']} {verdict['id']}: {verdict['title']} ({facts})"


def _render_briefly(verdict: Document) -> str:
    return f"{_render_title(verdict)}\nThe report of the failed test shows where."


def _render_rule(rule: Document) -> str:
    told = ("id", "api_key", "hits", "spent", "calls")
    return ", ".join(f"{name} {value}" for name, value in rule.items() if name not in told)


def _render_stray(exchange: Document) -> str:
    key = exchange["api_key"]
    whose = f"with key {key.replace('...', '…')}" if key else "without a key"
    call = f"{flat(exchange['method'])} {short(exchange['path'])}"
    return f"{call} → {exchange['status'] or 'no answer'} {whose}"


def _render_list(lines: list[str]) -> str:
    more = len(lines) - _MOST_STRAYS
    shown = lines[:_MOST_STRAYS] + ([f"… and {more} more"] if more > 0 else [])
    return indent("\n".join(shown), "  ")
