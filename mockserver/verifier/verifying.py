"""A whole verification: free questions, calls that may cost, the hour, and the judges' word."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from mockserver.base.errors import EmulatorError
from mockserver.base.plurals import count
from mockserver.contract.catalogue import Catalogue
from mockserver.facts.judges import judge_story
from mockserver.facts.report import FactReport, JudgedStory, make_report
from mockserver.spending.budget import OverBudgetError
from mockserver.verifier.afterwards import ask_afterwards
from mockserver.verifier.expected_balance import render_usd
from mockserver.verifier.expiry import wait_for_expiry
from mockserver.verifier.plan import list_paid_calls, list_priced_models
from mockserver.verifier.probes import ask_probes
from mockserver.verifier.runs import Ended, PaidCall, follow, make_paid_call
from mockserver.verifier.spending_control import SpendingStoppedError
from mockserver.verifier.verifier_context import VerifierContext

_UNAUTHORIZED = 401
_SHOWN = 80
_RESUMED_TYPICAL_S = 60.0


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a verification.

    Attributes:
        report: What the judges say.
        stopped: Why spending was stopped; empty where it was not.
        skipped: What was not asked, each with the reason.
        paid_calls: How many calls were made that may cost.
        budget: US dollars that might be spent.
        spent: US dollars that were charged.
        reserved: US dollars of calls of which nobody knows what they cost.
        interrupt: What ended it before its end; None where nothing has.
    """

    report: FactReport
    stopped: str
    skipped: dict[str, str]
    paid_calls: int
    budget: Decimal
    spent: Decimal
    reserved: Decimal
    interrupt: KeyboardInterrupt | None

    @property
    def exit_code(self) -> int:
        """1 if something differs, money among it; 2 if all that may cost was too dear; else 0."""
        if self.report.exit_code or self.stopped:
            return 1
        return 2 if self.skipped and not self.paid_calls else 0


def verify(
    context: VerifierContext,
    catalogue: Catalogue,
    *,
    is_read_only: bool = False,
    waits_expiry: bool = False,
) -> Verification:
    """Ask a service all that can be asked, and hold it against the facts.

    Raises:
        EmulatorError: nobody answers, or the key is refused.
    """
    stopped = ""
    interrupt: KeyboardInterrupt | None = None
    try:
        ask_all(context, catalogue, is_read_only=is_read_only, waits_expiry=waits_expiry)
    except SpendingStoppedError as error:
        stopped = str(error)
    except KeyboardInterrupt as error:
        interrupt = error
    try:
        report = _judge(context, catalogue)
    except KeyboardInterrupt as error:  # what was paid for is reported all the same
        interrupt = error
        report = _judge(context, catalogue)
    budget = context.spending.budget
    return Verification(
        report=report,
        stopped=stopped,
        skipped=dict(context.skipped),
        paid_calls=context.spending.calls,
        budget=budget.limit,
        spent=budget.spent,
        reserved=budget.reserved,
        interrupt=interrupt,
    )


def _judge(context: VerifierContext, catalogue: Catalogue) -> FactReport:
    story = context.session.story
    judged = JudgedStory(story=story, judgements=judge_story(story, catalogue))
    return make_report([judged], catalogue, context.session.root)


def ask_all(
    context: VerifierContext,
    catalogue: Catalogue,
    *,
    is_read_only: bool = False,
    waits_expiry: bool = False,
) -> None:
    """Ask a service all that can be asked.

    Raises:
        EmulatorError: nobody answers, or the key is refused.
        SpendingStoppedError: something about money is not as it should be.
    """
    models = list_priced_models(catalogue)
    _check_key(context)
    ask_probes(context, models[0].slug, is_read_only=is_read_only)
    if is_read_only:
        return
    for payment in context.spending.waiting:
        context.tell(f"{payment.name}: was queued before, and is followed to its end")
        context.spending.resume(payment)
        follow(context, payment, payment.request_id, _RESUMED_TYPICAL_S)
    calls = list_paid_calls(models, f"no-such-model-{context.make_id()[:8]}")
    ended = _make_paid_calls(context, calls)
    ask_afterwards(context, models[0].slug, ended)
    if waits_expiry:
        wait_for_expiry(context, ended)
    context.read_balance()


def _check_key(context: VerifierContext) -> None:
    """See that somebody answers, and knows the key.

    Raises:
        EmulatorError: nobody does, or not.
    """
    seen = context.read_balance()
    if seen.status is None:
        hint = "give the service's root by --url, and its authority by --ca if it is one's own"
        reason = context.session.explain_silence()
        raise EmulatorError(f"nobody answers at {context.session.root}: {reason}", hint=hint)
    if seen.status == _UNAUTHORIZED:
        said = (seen.body.content or b"")[:_SHOWN].decode("utf-8", "replace")
        raise EmulatorError(
            f"{context.session.root} refuses the key: {seen.status} {said!r}",
            hint="give a key of your account by --api-key or SEGMIND_API_KEY",
        )


def _make_paid_calls(context: VerifierContext, calls: list[PaidCall]) -> list[Ended]:
    """Make all calls that fit into the budget, and say which do not."""
    spending = context.spending
    spending.balance.forget()
    context.read_balance()
    if spending.balance.last is None:
        context.skipped["all that may cost"] = (
            "the balance cannot be read, so no charge can be seen"
        )
        return []
    context.tell(render_plan(calls, spending.budget.left))
    ended: list[Ended] = []
    for paid in calls:
        if spending.is_made(paid.name):
            context.skipped[paid.name] = (
                "it was made before, as the ledger says; give a new --ledger"
            )
            continue
        try:
            run = make_paid_call(context, paid)
        except OverBudgetError:
            left = render_usd(spending.budget.left)
            context.skipped[paid.name] = f"it may cost {render_usd(paid.worst)}, {left} is left"
            continue
        if run is not None:
            ended.append(run)
    return ended


def render_plan(calls: list[PaidCall], left: Decimal) -> str:
    """Return in a line what is about to be paid for."""
    fits = [paid for paid in calls if paid.worst <= left]
    return (
        f"{count(len(fits), 'call follows', 'calls follow')} that may cost; each is made only "
        f"while its worst case fits into what is left of the budget, {render_usd(left)}, and all "
        "stop at the first surprise"
    )
