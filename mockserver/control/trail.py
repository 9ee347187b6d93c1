"""What a test's client asked, numbered within the test, as the conformance kit writes it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from client_tests.reports.exchange_lines import (
    HEAD,
    TAIL,
    Step,
    fold_steps,
    make_step,
    render_items,
)
from client_tests.reports.exchange_text import describe_rule
from client_tests.reports.text import flat

Document: TypeAlias = dict[str, Any]

_FEW_HEAD, _FEW_TAIL = 8, 4
_MILLISECOND = timedelta(milliseconds=1)


class Trail:
    """The exchanges of a test.

    The first is number 1, whatever other tests do on the same server. Their times are those of
    the account's clock, in milliseconds after the first that the journal still has.

    Args:
        exchanges: The exchanges, as the control plane shows them, oldest first.
        dropped: How many came before them, and could not be kept.
        faults: The rules of the account, by id.
        marked: The numbers in the journal of exchanges that broke a rule.
    """

    def __init__(
        self,
        exchanges: list[Document],
        dropped: int = 0,
        faults: Mapping[str, Document] | None = None,
        marked: Collection[int] = (),
    ) -> None:
        began = _read_instant(exchanges[0]) if exchanges else None
        self._steps = {
            exchange["seq"]: make_step(
                exchange,
                seq=number,
                at_ms=(_read_instant(exchange) - (began or _read_instant(exchange))) / _MILLISECOND,
                fault=_describe_fault(exchange.get("fault_id"), faults or {}),
                cut=_find_cut(exchange.get("fault_id"), faults or {}),
                marks=(1,) if exchange["seq"] in marked else (),
            )
            for number, exchange in enumerate(exchanges, dropped + 1)
        }

    def render(self, head: int = HEAD, tail: int = TAIL) -> list[str]:
        """Return all exchanges as lines, those that broke a rule with a mark.

        Repetitions are folded, and of very many lines the middle is left out.
        """
        return _render_steps(self._steps.values(), head, tail)

    def find_number(self, seq: int) -> int:
        """Return the number within the test of the exchange that has this one in the journal."""
        return self._steps[seq].seq

    def render_few(self) -> list[str]:
        """Return about a dozen lines of them."""
        return self.render(_FEW_HEAD, _FEW_TAIL)

    def render_chosen(self, seqs: Iterable[int]) -> list[str]:
        """Return about a dozen lines of the exchanges with these numbers in the journal."""
        wanted = list(seqs)
        known = [replace(self._steps[seq], marks=()) for seq in wanted if seq in self._steps]
        lines = _render_steps(known, _FEW_HEAD, _FEW_TAIL)
        gone = len(wanted) - len(known)
        return [*lines, f"        … and {gone} no longer in the journal"] if gone else lines


def _render_steps(steps: Iterable[Step], head: int, tail: int) -> list[str]:
    return render_items(fold_steps(steps, head, tail), show=flat)  # ids can be copied


def _read_instant(exchange: Document) -> datetime:
    return datetime.fromisoformat(exchange["at_utc"])


def _describe_fault(fault_id: str | None, faults: Mapping[str, Document]) -> str | None:
    words = describe_rule(faults.get(fault_id or "", {}))
    return f"{fault_id}: {words}" if words else fault_id


def _find_cut(fault_id: str | None, faults: Mapping[str, Document]) -> str:
    """Return how a fault cut the connection: `reset`, `close`, or not at all as far as is known."""
    does = faults.get(fault_id or "", {}).get("do")
    known = does if isinstance(does, dict) else {}
    return next((name for name in ("reset", "close") if name in known), "")
