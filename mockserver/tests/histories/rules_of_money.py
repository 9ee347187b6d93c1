"""What holds of money: one charge for each job that completed, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from mockserver.tests.histories.history import OK, Account, Evidence, read_money

NOTHING = Decimal(0)


def check_charges(evidence: Evidence) -> Iterator[str]:
    """See that each completed job is charged once, with its price, and no other job."""
    for account in evidence.accounts:
        charges = Counter(line["request_id"] for line in account.shown["ledger"])
        amounts = {line["request_id"]: line["amount"] for line in account.shown["ledger"]}
        jobs = {job["request_id"]: job for job in account.jobs}
        for request_id in jobs.keys() | charges.keys():
            job, times = jobs.get(request_id), charges[request_id]
            if job is None:
                yield f"{account.key} is charged for {request_id}, which is no job of its own"
            elif times != (job["state"] == "COMPLETED"):
                yield f"{account.key} is charged {times} times for {request_id}, {job['state']}"
            elif times and read_money(amounts[request_id]) != evidence.price_of(job):
                yield f"{account.key} is charged {amounts[request_id]} for a run of {job['model']}"


def check_ledgers(evidence: Evidence) -> Iterator[str]:
    """See that the ledger's sum is what is missing, and that holds are of jobs under way."""
    for account in evidence.accounts:
        shown = account.shown
        spent = sum((read_money(line["amount"]) for line in shown["ledger"]), NOTHING)
        if account.balance - spent != read_money(shown["credits"]):
            yield f"{account.key} has {shown['credits']} of {account.credits} after {spent}"
        pending = [job for job in account.jobs if job["state"] in {"QUEUED", "PROCESSING"}]
        held = sum(map(evidence.price_of, pending), NOTHING)
        if held != read_money(shown["held"]):
            yield f"{account.key} holds {shown['held']} for jobs under way that cost {held}"
        if read_money(shown["credits"]) < held:
            yield f"{account.key} has {shown['credits']}, less than the {held} that it holds"


def check_balances(evidence: Evidence) -> Iterator[str]:
    """See that balances that were told only go down, and that none is below what is left."""
    for account in evidence.accounts:
        seen = [
            each
            for each in evidence.list_operations("credits", account=account)
            if each.status == OK and isinstance(each.answer, dict)
        ]
        left = read_money(account.shown["credits"])
        for each in seen:
            told = read_money(each.answer["credits"])
            if not left <= told <= account.balance:
                yield f"{each} is told {told}, of {account.balance} before and {left} at the end"
            for other in seen:
                if other.began > each.ended and read_money(other.answer["credits"]) > told:
                    yield f"{other} is told more than the {told} of {each} before it"


def check_told_costs(evidence: Evidence) -> Iterator[str]:
    """See that each poll is told the cost of the ledger, and what was left at its booking."""
    for account in evidence.accounts:
        left = find_rests(account)
        for each in evidence.list_operations("status", "result", account=account):
            answer = each.answer
            if each.status != OK or not isinstance(answer, dict) or each.is_foreign:
                continue
            metrics = answer.get("metrics", {})
            if answer.get("status") != "COMPLETED" or "cost" not in metrics:
                continue
            told = read_money(metrics["remaining_credits"])
            if told != left.get(each.subject):
                yield f"{each} is told that {told} remain, the ledger says {left.get(each.subject)}"


def find_rests(account: Account) -> dict[str, Decimal]:
    """Return what was left after each booking, by the id of the job."""
    left, found = account.balance, {}
    for line in account.shown["ledger"]:
        left -= read_money(line["amount"])
        found[line["request_id"]] = left
    return found


def check_refusals_for_credits(evidence: Evidence) -> Iterator[str]:
    """See that nobody is refused for want of credits who must have had them."""
    for account in evidence.accounts:
        claimed = NOTHING
        for entry in account.journal:
            if entry["route"] not in {"submit", "sync"} or "fault_id" in entry:
                continue
            price = Decimal(evidence.history.prices[entry["model"]])
            if entry["status"] == OK:
                claimed += price
            elif entry["status"] == 406 and account.balance - claimed >= price:
                yield f"exchange {entry['seq']} of {account.key} is refused, which had the credits"
