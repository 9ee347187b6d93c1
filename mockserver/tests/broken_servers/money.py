"""Defects of what is charged, and of where a client reads it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mockserver.base.ids import normalize_id
from mockserver.tests.broken_servers.defect import Defect, change_answers, in_state, on, where
from mockserver.tests.broken_servers.exchange import Answer, Asked
from mockserver.tests.broken_servers.server import KEY, Alteration, World


class _Charges(Alteration):
    """Takes money beside what the emulator books, and shows it wherever a balance is told."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._prices: dict[str, Decimal] = {}
        self._charged: dict[str, Decimal] = {}

    def find_charge(self, asked: Asked, answer: Answer) -> Decimal:
        """Return what an exchange costs besides."""
        raise NotImplementedError

    def price_of(self, asked: Asked) -> Decimal:
        """Return the price of a run that is asked about, once: the second time it is 0."""
        return self._prices.pop(normalize_id(asked.subject), Decimal(0))

    def answer(self, asked: Asked, answer: Answer) -> Answer:
        """Note what a run costs, charge, and tell what is left."""
        if asked.route.name == "submit" and answer.status == 200:
            self._prices[answer.members["request_id"]] = self.world.price(asked)
        charge = self.find_charge(asked, answer)
        self._charged[asked.key] = total = self._charged.get(asked.key, Decimal(0)) + charge
        return _lower_balance(asked, answer, total) if total else answer


def _lower_balance(asked: Asked, answer: Answer, by: Decimal) -> Answer:
    def lower(value: object) -> float:
        return float(Decimal(str(value)) - by)

    if asked.route.name == "credits" and answer.status == 200:
        return answer.with_members(credits=lower(answer.members["credits"]))
    if (told := answer.find_header("x-remaining-credits")) is not None:
        return answer.with_header("x-remaining-credits", str(lower(told)))
    if "remaining_credits" in answer.members.get("metrics", {}):
        return answer.with_metrics(
            lambda all_: all_ | {"remaining_credits": lower(all_["remaining_credits"])}
        )
    return answer


class _ChargesFailed(_Charges):
    """Charges a run that failed, when that is first told."""

    def find_charge(self, asked: Asked, answer: Answer) -> Decimal:
        """Return the price of a FAILED run."""
        failed = in_state("FAILED")(asked, answer)
        return self.price_of(asked) if failed else Decimal(0)


class _ChargesFailedBlocking(_Charges):
    """Charges a blocking run that failed."""

    def find_charge(self, asked: Asked, answer: Answer) -> Decimal:
        """Return the price of what was refused by a run."""
        return self.world.price(asked) if on(500, "sync")(asked, answer) else Decimal(0)


class _ChargesRefused(_Charges):
    """Charges what it refuses on v1."""

    def find_charge(self, asked: Asked, answer: Answer) -> Decimal:
        """Return the price of what was refused."""
        refused = answer.status in {400, 406} and asked.route.name == "sync" and asked.key == KEY
        return self.world.price(asked) if refused else Decimal(0)


class _ChargesTwice(_Charges):
    """Charges a completed run twice, and tells its price once."""

    def find_charge(self, asked: Asked, answer: Answer) -> Decimal:
        """Return the price of a COMPLETED run once more."""
        if on(200, "sync")(asked, answer):
            return self.world.price(asked)
        completed = in_state("COMPLETED")(asked, answer)
        return self.price_of(asked) if completed else Decimal(0)


def _add_cost(answer: Answer) -> Answer:
    return answer.with_metrics(lambda all_: all_ | {"cost": 0.063, "remaining_credits": 99.0})


def _drop(*names: str) -> Any:
    def drop(answer: Answer) -> Answer:
        return answer.with_metrics(lambda all_: {k: v for k, v in all_.items() if k not in names})

    return drop


def _freeze_remaining(answer: Answer) -> Answer:
    return answer.with_metrics(lambda all_: all_ | {"remaining_credits": 100.0})


def _spell(answer: Answer) -> Answer:
    return answer.with_document({name: str(value) for name, value in answer.members.items()})


def _double_cost(answer: Answer) -> Answer:
    return answer.with_header("x-cost", str(2 * Decimal(answer.find_header("x-cost") or "0")))


DEFECTS = (
    Defect(
        "charges-failed",
        "E7",
        "a FAILED run is charged: the balance falls",
        _ChargesFailed,
        also=frozenset({"T4"}),
    ),
    Defect(
        "charges-failed-blocking",
        "E7",
        "a blocking run that fails is charged",
        _ChargesFailedBlocking,
        shown_by="luck",
        also=frozenset({"V4"}),
    ),
    Defect(
        "charges-refused",
        "E7",
        "what v1 refuses is charged",
        _ChargesRefused,
        shown_by="probe",
    ),
    Defect(
        "charges-twice",
        "O3",
        "a completed run is charged twice, and remaining_credits tells",
        _ChargesTwice,
        also=frozenset({"E7", "S2", "V2", "R6"}),
    ),
    Defect(
        "failed-with-cost",
        "T4",
        "the metrics of a FAILED run have a cost",
        where(in_state("FAILED"), _add_cost),
        also=frozenset({"T11"}),
    ),
    Defect(
        "completed-without-cost",
        "T11",
        "the metrics of a COMPLETED run have no cost",
        where(in_state("COMPLETED"), _drop("cost", "remaining_credits")),
        also=frozenset({"O3"}),
    ),
    Defect(
        "remaining-does-not-fall",
        "R6",
        "remaining_credits are what they were before the run, and the balance is not",
        where(in_state("COMPLETED"), _freeze_remaining),
        also=frozenset({"O3", "T11", "E7", "S2"}),
    ),
    Defect(
        "costs-other-than-told",
        "L3",
        "x-cost is twice what x-remaining-credits falls by",
        where(on(200, "sync"), _double_cost),
        also=frozenset({"E7", "V2", "S2"}),
    ),
    Defect("balance-as-strings", "R6", "a balance is text", where(on(200, "credits"), _spell)),
    Defect(
        "balance-renamed",
        "R6",
        "a balance is under balance",
        where(
            on(200, "credits"),
            lambda answer: answer.with_document({"balance": answer.members["credits"]}),
        ),
    ),
    Defect(
        "balance-without-free-credits",
        "R6",
        "a balance has no free-credits",
        where(on(200, "credits"), lambda answer: answer.without_members("free-credits")),
    ),
    Defect(
        "balance-never-falls",
        "O3",
        "a balance is always 100, whatever remaining_credits tells",
        change_answers(
            lambda asked, answer: (
                answer.with_members(credits=100.0) if on(200, "credits")(asked, answer) else answer
            )
        ),
        also=frozenset({"R6", "S2", "E7"}),
    ),
)
