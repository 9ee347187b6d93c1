"""A service in virtual time, small and as dishonest as it is told to be, and who watches it.

It has a ledger of truth: what it really charged for what the verifier sent. `Watcher` says which
answer was the first to show that something is wrong, by what was delivered alone and without
knowing how the verifier decides.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal

import msgspec

from mockserver.base.ids import SeededRandom
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.spending.ledger import parse_ledger, render_line
from mockserver.verifier.calls import Reply

KEY = "SG_0123456789abcdef"
STARTING_BALANCE = Decimal(100)
ZERO = Decimal(0)
TOLERANCE = Decimal("0.00001")
MODELS = load_shipped_catalogue().models
PRICES = {"sdxl1.0-txt2img": Decimal("0.008"), "ideogram-2a-txt-2-img": Decimal("0.05")}


class KilledError(BaseException):
    """The verifier's process is gone."""


@dataclass(frozen=True)
class Vices:
    """What a service does wrong; each chance is in hundredths.

    Attributes:
        factor: What a run is really charged, in prices.
        told_factor: What is told as its cost, in prices; None tells nothing.
        header_factor: The same in headers of v1.
        remaining_lie: What is told to remain is off by so many dollars.
        charge_failed: Dollars for a run that fails.
        charge_refused: Dollars for what is refused.
        charge_probe: Dollars for a GET, now and then.
        balance_moves: Dollars that somebody else spends, now and then.
        is_balance_stuck: The balance's route always says the same.
        drops_before: The chance that a request is lost.
        drops_after: The chance that an answer is lost.
        garbage: The chance that an answer is none.
        hangs: The chance that a run never ends.
        books_late_s: How long after the end a charge shows.
        chance_of_vice: How often a charge that should not be is made.
    """

    factor: Decimal = Decimal(1)
    told_factor: Decimal | None = Decimal(1)
    header_factor: Decimal | None = Decimal(1)
    remaining_lie: Decimal = ZERO
    charge_failed: Decimal = ZERO
    charge_refused: Decimal = ZERO
    charge_probe: Decimal = ZERO
    balance_moves: Decimal = ZERO
    is_balance_stuck: bool = False
    drops_before: int = 0
    drops_after: int = 0
    garbage: int = 0
    hangs: int = 0
    books_late_s: float = 0.0
    chance_of_vice: int = 100

    @property
    def charges_fairly(self) -> bool:
        """Whether nothing is ever charged beyond a price for a run."""
        extra = self.charge_failed + self.charge_refused + self.charge_probe
        return self.factor <= 1 and not extra


class VirtualClock:
    """Time that passes when somebody waits."""

    leeway_s = 0.0

    def __init__(self):
        self.s = 0.0

    def now_s(self):
        """Return the seconds since it began."""
        return self.s

    def read_utc_s(self):
        """Return seconds since 1970."""
        return 1_800_000_000 + self.s

    def sleep(self, seconds):
        """Let time pass."""
        self.s += max(0.0, seconds)


@dataclass
class Job:
    """A run: what it will be charged, when it ends, and how."""

    identifier: str
    worst: Decimal
    price: Decimal
    ends_s: float
    fails: bool
    remaining: Decimal = ZERO
    is_charged: bool = False


@dataclass
class Watcher:
    """What was delivered to the verifier, and what that shows.

    Attributes:
        shown: What the first answer showed that was not as it should be; empty before.
        broken: What the verifier did that it must not do.
    """

    budget: Decimal
    shown: str = ""
    broken: list[str] = field(default_factory=list)
    is_shown_now: bool = False
    content: bytes = b""
    sent: int = 0
    visible: Decimal = ZERO
    before: Decimal | None = None
    floor: Decimal | None = None

    def take_line(self, line):
        """See a line that was written into the ledger, whole."""
        self.content += render_line(line)

    def see_submit(self, *, is_balance_honest):
        """See a call that may cost before it is sent: it must be allowed."""
        self.sent += 1
        ledger = parse_ledger(self.content)
        known = sum((charged for _, charged in ledger.settled), ZERO)
        open_worst = sum((each.intent.worst_usd for each in ledger.open_calls), ZERO)
        intents = len(ledger.settled) + len(ledger.open_calls)
        if self.shown:
            self.broken.append(f"sent although {self.shown}")
        if intents < self.sent:
            self.broken.append("sent without a line in the ledger")
        if known + open_worst > self.budget + TOLERANCE:
            self.broken.append(f"{known} + {open_worst} passes the budget")
        if is_balance_honest and self.visible > self.budget + TOLERANCE:
            self.broken.append("sent although the balance shows that the budget is passed")
        last = ledger.open_calls[-1].intent
        if self.floor is not None:
            self.floor -= last.worst_usd
        return last.worst_usd

    def see_balance(self, amount, charged):
        """See a balance that was delivered, after so much was really charged."""
        if self.floor is not None and amount < self.floor - TOLERANCE:
            self._show(f"the balance is {amount}, below {self.floor}")
        if self.before is None:
            self.before = charged
        self.visible = charged - self.before

    def see_death(self):
        """See the verifier's process die: what it was shown and could not write down is lost."""
        if self.is_shown_now and b'"line":"stop"' not in self.content:
            self.shown = ""
        self.is_shown_now = False
        if b'"line":"balance"' not in self.content:
            self.floor = self.before = None

    def sum_open(self):
        """Return what calls can have cost of which the dead process knew no outcome."""
        return sum((each.intent.worst_usd for each in parse_ledger(self.content).open_calls), ZERO)

    def _show(self, what):
        if not self.shown:
            self.shown, self.is_shown_now = what, True

    def see_cost(self, cost, worst, *, is_billed):
        """See a cost that was told of a run."""
        if cost > worst + TOLERANCE:
            self._show(f"a cost of {cost} was told, and {worst} is the worst")
        if cost > 0 and not is_billed:
            self._show(f"a cost of {cost} was told of what is free")


class Service:
    """The service: a transport in virtual time.

    Args:
        vices: What it does wrong.
        seed: Of its whims.
        clock: Its time.
        watcher: Sees what is delivered.
        kills: After how many steps the verifier's process dies, each in its turn.
    """

    def __init__(self, vices, seed, clock, watcher, kills=()):
        self.vices = vices
        self.clock = clock
        self.watcher = watcher
        self.charged = ZERO
        self.moved = ZERO
        self._bookings = []
        self.jobs = {}
        self.lost_worst = ZERO
        self._random = SeededRandom(seed)
        self._kills = list(kills)

    def step(self):
        """Let the verifier's process die if its time has come."""
        if self._kills:
            self._kills[0] -= 1
            if self._kills[0] <= 0:
                self._kills.pop(0)
                raise KilledError

    def chance(self, hundredths):
        """Tell whether something happens that does so often."""
        return self._random.draw_integer(0, 99) < hundredths

    def draw(self, end):
        """Return a number from 0 to below this."""
        return self._random.draw_integer(0, end - 1)

    @property
    def balance(self):
        """What is really left, as far as it is booked."""
        now = self.clock.now_s()
        booked = sum((usd for at_s, usd, _ in self._bookings if at_s <= now), ZERO)
        return STARTING_BALANCE - booked - self.moved

    def charge(self, usd, worst):
        """Take money for what the verifier has sent."""
        if usd:
            self.charged += usd
            self._bookings.append((self.clock.now_s() + self.vices.books_late_s, usd, worst))

    def explain(self):
        """Say why nothing came."""
        return "nothing came"

    def send(self, request):
        """Answer a request, or do not."""
        self.step()
        self.clock.sleep(0.05)
        headers = dict(request.headers)
        is_own = KEY in headers.get("x-api-key", "") + headers.get("authorization", "")
        may_cost = is_own and request.method == "POST"
        worst = ZERO
        if may_cost:
            honest = not self.vices.is_balance_stuck and not self.vices.books_late_s
            worst = self.watcher.see_submit(is_balance_honest=honest)
        if self.chance(self.vices.drops_before):
            self._lose(worst, request)
            return None
        for job in self.jobs.values():
            self._end(job)
        reply, told = self._answer(request, worst, is_own=is_own)
        if self.chance(self.vices.drops_after):
            self._lose(worst, request)
            return None
        if self.chance(self.vices.garbage):
            self._lose(worst, request)
            return Reply(status=200, headers=(), body=b"<html>what\xff")
        self.step()
        self._deliver(reply, told, is_own=is_own)
        return reply

    def _lose(self, worst, request):
        self.lost_worst += worst
        self.clock.sleep(request.patience_s)

    def _deliver(self, reply, told, *, is_own):
        if not is_own:
            return
        if told == "balance":
            document = json.loads(reply.body)
            amount = Decimal(str(document["credits"]))
            self.watcher.see_balance(amount, self.charged)
            self.watcher.floor = amount - self.lost_worst - self._sum_unbooked()
        elif told is not None:
            headers = dict(reply.headers)
            is_billed = reply.status == 200 and b'"FAILED"' not in reply.body
            try:
                metrics = json.loads(reply.body).get("metrics", {})
            except ValueError:
                metrics = {}
            for cost in (metrics.get("cost"), headers.get("x-cost")):
                if cost is not None:
                    self.watcher.see_cost(Decimal(str(cost)), told, is_billed=is_billed)

    def _sum_unbooked(self):
        """Return what runs can cost at the worst whose charge no balance shows yet."""
        now = self.clock.now_s()
        running = sum((each.worst for each in self.jobs.values() if not each.is_charged), ZERO)
        return running + sum((worst for at_s, _, worst in self._bookings if at_s > now), ZERO)

    def _answer(self, request, worst, *, is_own):
        """Return an answer, and what it tells of: the balance, or a run by its worst."""
        path = "/" + request.url.split("/", 3)[3]
        if not is_own:
            return _refuse(401), None
        if self.vices.balance_moves and self.chance(5):
            self.moved += self.vices.balance_moves
        if path == "/v1/get-user-credits" and request.method == "GET":
            amount = STARTING_BALANCE if self.vices.is_balance_stuck else self.balance
            return _answer_json({"credits": float(amount), "free-credits": 0.0}), "balance"
        if request.method == "GET":
            if "/requests/" in path:
                return self._answer_poll(path)
            if self.vices.charge_probe and self.chance(10):
                self.charge(self.vices.charge_probe, ZERO)
            return _refuse(404), None
        return self._answer_post(path, request, worst)

    def _answer_post(self, path, request, worst):
        slug, version = path.rpartition("/")[2], path[1:3]
        try:
            body = json.loads(request.body)
        except ValueError:
            body = None
        headers = dict(request.headers)
        refused = body is None or slug not in PRICES or "x-api-key" not in headers
        is_wrong = not refused and _is_wrong(slug, body)
        if refused or (is_wrong and version == "v1"):
            if self.chance(self.vices.chance_of_vice):
                self.charge(self.vices.charge_refused, worst)
            return _refuse(406), worst
        job = self._make_job(slug, worst, fails=is_wrong)
        if version == "v2":
            self.jobs[job.identifier] = job
            document = {"request_id": job.identifier, "status": "QUEUED"}
            return _answer_json(document), None
        self.clock.sleep(6)
        job.ends_s = self.clock.now_s()
        self._end(job)
        return Reply(status=200, headers=tuple(self._tell_headers(job)), body=b"picture"), job.worst

    def _make_job(self, slug, worst, *, fails):
        hangs = self.chance(self.vices.hangs)
        ends_s = self.clock.now_s() + (1e9 if hangs else (0, 3, 40)[self.draw(3)])
        identifier = f"{self._random.draw_integer(1, 2**128 - 1):032x}"
        return Job(identifier, worst, PRICES[slug], ends_s, fails)

    def _end(self, job):
        if job.is_charged or job.ends_s > self.clock.now_s():
            return
        job.is_charged = True
        if not job.fails:
            self.charge(job.price * self.vices.factor, job.worst)
        elif self.chance(self.vices.chance_of_vice):
            self.charge(self.vices.charge_failed, job.worst)
        job.remaining = STARTING_BALANCE - self.charged - self.moved + self.vices.remaining_lie

    def _tell_headers(self, job):
        if self.vices.header_factor is not None:
            yield "x-cost", f"{job.price * self.vices.header_factor:f}"
        yield "x-remaining-credits", f"{job.remaining:f}"

    def _answer_poll(self, path):
        identifier = path.split("/")[3].replace("-", "")
        job = self.jobs.get(identifier)
        if job is None:
            return _refuse(404), None
        if not job.is_charged:
            return _answer_json({"status": "PROCESSING", "metrics": {}}), None
        metrics = {}
        if job.fails:
            if self.vices.charge_failed and self.vices.told_factor is not None:
                metrics["cost"] = float(self.vices.charge_failed)
            return _answer_json(
                {"status": "FAILED", "error": "no", "metrics": metrics}, 422
            ), job.worst
        if self.vices.told_factor is not None:
            metrics["cost"] = float(job.price * self.vices.told_factor)
            metrics["remaining_credits"] = float(job.remaining)
        return _answer_json({"status": "COMPLETED", "output": "x", "metrics": metrics}), job.worst


def _answer_json(document, status=200):
    body = msgspec.json.encode(document)
    return Reply(status=status, headers=(("content-type", "application/json"),), body=body)


def _refuse(status):
    return _answer_json({"error": "no"}, status)


def _is_wrong(slug, body):
    """Tell whether a body is one that the model refuses."""
    highest = {name: each.get("maximum", 1e9) for name, each in MODELS[slug].properties.items()}
    is_beyond = any(
        isinstance(value, int | float) and value > highest.get(name, 1e9)
        for name, value in body.items()
    )
    return not body.get("prompt") or "NO_SUCH_VALUE" in body.values() or is_beyond
