"""Histories to come: accounts, faults and operations, drawn from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from mockserver.base.ids import SeededRandom
from mockserver.tests.histories.history import STANDING, Account, Document

OPERATIONS = 7
"""How many each client begins."""

PRICED = {"ideogram-3": "0.075", "gemini-2.5-flash": "0.0038"}
FREE = "mock-inference"
PRICES = {**PRICED, FREE: "0"}
RESULT_MODEL = "gemini-2.5-flash"
"""Whose results are asked for: a text is made in no time."""

KINDS = (
    *("submit",) * 14,
    *("status",) * 14,
    *("result",) * 5,
    *("foreign",) * 3,
    *("credits",) * 5,
    *("move",) * 6,
    *("run", "force", "show") * 2,
    *("disarm", "list", "put") * 2,
    *("upload", "read", "hook"),
)
PROMPTS = ("A kite", "A kite", "A kite", "mock:fail=no such luck", "mock:stall", "mock:block")
STEPS_S = (0.05, 0.2, 0.6, 25.0, 61.0)
"""Fractions of a job, and of a window."""

FAULTS: tuple[tuple[Document, ...], ...] = (
    (),
    ({"on": {"route": "submit"}, "do": {"status": 502, "body": "text:struck"}, "every": 3},),
    (
        {"on": {"route": "submit"}, "do": {"status": 500}, "when": "after", "every": 2, "times": 2},
        {"on": {"route": "submit"}, "do": {"state": "FAILED", "error": "no memory"}, "every": 3},
    ),
    ({"on": {"route": "submit"}, "do": {"reset": True}, "when": "after", "skip": 2, "times": 1},),
    ({"on": {"route": "submit"}, "do": {"close": True}, "when": "before", "probability": 0.3},),
    ({"on": {"route": "status"}, "do": [None, {"status": 500}, None, {"close": True}]},),
    ({"on": {"route": "status"}, "do": {"status": 502}, "when": "after", "probability": 0.2},),
    (
        {"on": {"route": "credits"}, "do": {"status": 500}, "every": 2},
        {"on": {"route": "credits"}, "do": {"status": 502}, "skip": 1},
    ),
    ({"on": {"route": "result"}, "do": {"malformed": True}, "every": 2},),
    ({"on": {"route": "status"}, "do": {"delay_s": 0.003}, "when": "before", "every": 2},),
    ({"on": {"route": "status"}, "do": {"delay_s": 0.003}, "when": "after", "times": 3},),
)
SLOW: tuple[tuple[Document, ...], ...] = (
    (),
    ({"on": {"route": "submit"}, "do": {"delay_s": 0.003}, "when": "before", "every": 2},),
    ({"on": {"route": "submit"}, "do": {"delay_s": 0.003}, "when": "after", "probability": 0.3},),
)
"""Only where there is no limit: windows are counted again in the order of the journal, into which
calls come when they end."""

COMMON: tuple[Document | None, ...] = (
    None,
    None,
    {"on": {"route": "credits"}, "do": {"status": 500, "body": "text:struck"}, "every": 3},
    {"on": {"route": "result"}, "do": {"status": 502}, "when": "after", "probability": 0.3},
)
"""What is armed for every account at once."""

ARMED: tuple[Document, ...] = ({"every": 2}, {"skip": 1}, {"times": 2}, {"probability": 0.5})

T = TypeVar("T")


class Step(NamedTuple):
    """What a client is to do: a kind of operation on an account, and draws for the rest."""

    kind: str
    account: int
    draws: tuple[int, int, int]


class Script(NamedTuple):
    """A history to come.

    Attributes:
        accounts: As they are to be set up.
        common: What is to be armed for all of them before the clients begin, if anything.
        faults: What is to be armed for each after that.
        armed: The fault that one client arms for each, while others call.
        steps: What each client does.
        watched: Whose journal one more client waits for: the key of an account, "" for all of
            them, None for none.
    """

    accounts: list[Account]
    common: Document | None
    faults: list[tuple[Document, ...]]
    armed: list[Document]
    steps: list[list[Step]]
    watched: str | None = None


class Choices:
    """Draws from a seed."""

    def __init__(self, *where: object) -> None:
        self._draws = SeededRandom("history", *where)

    def draw(self, high: int) -> int:
        """Draw a number below another."""
        return self._draws.draw_integer(0, high - 1)

    def choose(self, among: Sequence[T]) -> T:
        """Choose one of some."""
        return among[self.draw(len(among))]


def write_script(seed: int, name: str, clients: int) -> Script:
    """Draw a history: which accounts there are, and what each client does."""
    choices = Choices(seed, name)
    accounts = [
        draw_account(choices, f"SG_{name}_{letter}", clock)
        for letter, clock in zip("abc", ("frozen", "auto", "x20"), strict=True)
    ]
    faults = [draw_faults(choices, account) for account in accounts]
    common = choices.choose(COMMON)
    armed = [draw_armed(choices, (*rules, *filter(None, [common]))) for rules in faults]
    steps = [
        [draw_step(choices, choices.choose(KINDS)) for _ in range(OPERATIONS)]
        for _ in range(clients)
    ]
    for account in range(len(accounts)):
        arm = Step("arm", account, (0, 0, 0))
        choices.choose(steps).insert(1 + choices.draw(OPERATIONS - 1), arm)
    watched = choices.choose((None, None, None, None, "", accounts[choices.draw(3)].key))
    return Script(accounts, common, faults, armed, steps, watched)


def draw_account(choices: Choices, key: str, clock: str) -> Account:
    """Draw an account: rich or poor, with a limit or without.

    A window can be counted again only where the clock stands still while a request is answered.
    """
    return Account(
        key=key,
        clock=clock,
        credits=choices.choose(("10", "10", "10", "0.2")),
        limit=choices.choose((None, 3, 6) if clock in STANDING else (None,)),
    )


def draw_faults(choices: Choices, account: Account) -> tuple[Document, ...]:
    """Draw what is armed before; nobody is told of what was lost where money is short."""
    rules = choices.choose(FAULTS if account.limit else FAULTS + SLOW)
    if rules and rules[0]["on"]["route"] == "submit" and account.balance < 1:
        return ()
    return tuple({**rule, "api_key": account.key} for rule in rules)


def draw_armed(choices: Choices, rules: tuple[Document, ...]) -> Document:
    """Draw a fault that comes and goes, on a route that has no other."""
    taken = {rule["on"]["route"] for rule in rules}
    free = [each for each in ("status", "credits") if each not in taken]
    route = choices.choose(free or ["output"])
    do = {"status": 500, "body": f"text:struck by {choices.draw(10**9)}"}
    return {"on": {"route": route}, "do": do, **choices.choose(ARMED)}


def draw_step(choices: Choices, kind: str) -> Step:
    """Draw the account of an operation, and what else is to be chosen."""
    return Step(kind, choices.draw(3), (choices.draw(1000), choices.draw(1000), choices.draw(1000)))
