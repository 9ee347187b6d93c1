"""Histories to come: accounts, faults and operations, drawn from a seed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

from mockserver.base.ids import SeededRandom
from mockserver.tests.histories.history import Account, Document, Operation

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
    *("disarm", "disarm", "upload", "read", "hook"),
)
RARE = ("disarm", "read")
"""Kinds that often have nothing to be about."""

PROMPTS = ("A kite", "A kite", "A kite", "mock:fail=no such luck", "mock:stall", "mock:block")
STANDING = ("frozen", "auto")
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
)
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
        faults: What is to be armed for each before the clients begin.
        armed: The fault that one client arms for each, while others call.
        steps: What each client does.
    """

    accounts: list[Account]
    faults: list[tuple[Document, ...]]
    armed: list[Document]
    steps: list[list[Step]]


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
    armed = [draw_armed(choices, rules) for rules in faults]
    steps = [
        [draw_step(choices, choices.choose(KINDS)) for _ in range(OPERATIONS)]
        for _ in range(clients)
    ]
    for account in range(len(accounts)):
        arm = Step("arm", account, (0, 0, 0))
        choices.choose(steps).insert(1 + choices.draw(OPERATIONS - 1), arm)
    return Script(accounts, faults, armed, steps)


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
    rules = choices.choose(FAULTS)
    if rules and rules[0]["on"]["route"] == "submit" and account.balance < 1:
        return ()
    return tuple({**rule, "api_key": account.key} for rule in rules)


def draw_armed(choices: Choices, rules: tuple[Document, ...]) -> Document:
    """Draw a fault that comes and goes, on a route that has no other."""
    taken = {rule["on"]["route"] for rule in rules}
    route = choices.choose([each for each in ("status", "credits", "result") if each not in taken])
    do = {"status": 500, "body": f"text:struck by {choices.draw(10**9)}"}
    return {"on": {"route": route}, "do": do, **choices.choose(ARMED)}


def draw_step(choices: Choices, kind: str) -> Step:
    """Draw the account of an operation, and what else is to be chosen."""
    return Step(kind, choices.draw(3), (choices.draw(1000), choices.draw(1000), choices.draw(1000)))


class Scene:
    """What clients know of each other: what their operations can be about.

    Attributes:
        jobs: Ids of each account whose submit was answered.
        armed: Faults of each account that nobody has removed yet.
        files: Each file's account and address.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.jobs: list[list[str]] = [[] for _ in script.accounts]
        self.armed: list[list[str]] = [[] for _ in script.accounts]
        self.files: list[tuple[str, str]] = []

    def make_operation(self, step: Step, client: int, number: int) -> Operation:
        """Make a step's operation; what has nothing to be about yet is another."""
        write = getattr(self, f"_write_{step.kind}")
        fields = write(step, number)
        if fields is None:
            instead = self._write_credits if step.kind in RARE else self._write_submit
            fields = instead(step, number)
        key = self.script.accounts[step.account].key
        return Operation(**{"number": number, "client": client, "account": key, **fields})

    def learn(self, operation: Operation, account: int) -> None:
        """Take in what others can ask about from now on."""
        if operation.status != 200 or not isinstance(operation.answer, dict):
            return
        if operation.kind == "submit":
            self.jobs[account].append(operation.answer["request_id"])
        elif operation.kind == "arm":
            self.armed[account].append(operation.answer["id"])
        elif operation.kind == "upload":
            self.files.append((operation.account, operation.answer["urls"][0]))

    def _write_submit(self, step: Step, number: int) -> Document:
        prompt = PROMPTS[step.draws[0] % len(PROMPTS)]
        slug = list(PRICES)[step.draws[1] % len(PRICES)]
        params: Document = {"prompt": f"{prompt} op-{number}"}
        return {"kind": "submit", "method": "POST", "path": f"/v2/{slug}", "body": params}

    def _write_run(self, step: Step, number: int) -> Document | None:
        if self.script.accounts[step.account].clock == "x20":
            return None  # that would take real time
        body = {"prompt": f"A kite op-{number}", "sleep": 1}
        return {"kind": "run", "method": "POST", "path": f"/v1/{FREE}", "body": body}

    def _write_status(self, step: Step, _number: int) -> Document | None:
        return self._poll(step, step.account, "status", "/v2/requests/{}/status")

    def _write_result(self, step: Step, _number: int) -> Document | None:
        return self._poll(step, step.account, "result", "/v2/requests/{}")

    def _write_foreign(self, step: Step, _number: int) -> Document | None:
        others = len(self.jobs) - 1
        other = (step.account + 1 + step.draws[1] % others) % len(self.jobs)
        found = self._poll(step, other, "status", "/v2/requests/{}/status")
        return found and {**found, "is_foreign": True}

    def _write_credits(self, _step: Step, _number: int) -> Document:
        return {"kind": "credits", "method": "GET", "path": "/v1/get-user-credits"}

    def _write_move(self, step: Step, number: int) -> Document:
        seconds = STEPS_S[step.draws[0] % len(STEPS_S)] + (number + 1) / 1_000_000
        key = self.script.accounts[step.account].key
        body = {"api_key": key, "advance_s": seconds}
        return {"kind": "move", "method": "PATCH", "path": "/_mock/clock", "body": body}

    def _write_arm(self, step: Step, _number: int) -> Document:
        key = self.script.accounts[step.account].key
        rule = {**self.script.armed[step.account], "api_key": key}
        return {"kind": "arm", "method": "POST", "path": "/_mock/faults", "body": rule}

    def _write_disarm(self, step: Step, _number: int) -> Document | None:
        armed = self.armed[step.account]
        if not armed:
            return None
        subject = armed.pop()
        path = f"/_mock/faults/{subject}"
        return {"kind": "disarm", "method": "DELETE", "path": path, "subject": subject}

    def _write_force(self, step: Step, _number: int) -> Document | None:
        found = self._poll(step, step.account, "force", "/_mock/jobs/{}")
        body = {"state": ("COMPLETED", "FAILED")[step.draws[1] % 2]}
        return found and {**found, "method": "PATCH", "body": body}

    def _write_show(self, step: Step, _number: int) -> Document | None:
        return self._poll(step, step.account, "show", "/_mock/jobs/{}")

    def _write_upload(self, _step: Step, number: int) -> Document:
        data = b64encode(f"op-{number}".encode()).decode()
        body = {"data_urls": [f"data:text/plain;base64,{data}"]}
        return {"kind": "upload", "method": "POST", "path": "/upload-asset", "body": body}

    def _write_read(self, step: Step, _number: int) -> Document | None:
        if not self.files:
            return None
        account, url = self.files[step.draws[0] % len(self.files)]
        path = "/assets/" + url.rpartition("/")[2]
        return {"kind": "read", "method": "GET", "path": path, "account": account, "subject": url}

    def _write_hook(self, _step: Step, number: int) -> Document:
        body: Any = {"webhook_url": f"https://a.example/op-{number}"}
        body["event"] = {"types": ["GRAPH_RUN"]}
        return {"kind": "hook", "method": "POST", "path": "/webhook/add", "body": body}

    def _poll(self, step: Step, owner: int, kind: str, path: str) -> Document | None:
        """Ask about one of an account's jobs, if there is one."""
        jobs = self.jobs[owner]
        if not jobs:
            return None
        subject = jobs[step.draws[0] % len(jobs)]
        return {"kind": kind, "method": "GET", "path": path.format(subject), "subject": subject}
