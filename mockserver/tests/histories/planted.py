"""Violations that are planted into a history which has none, for each rule of the checker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.tests.histories.history import (
    TAG,
    Document,
    History,
    Operation,
    find_number,
    find_operation,
)

EARLIER, LATER = "2025-12-31T00:00:00.000000Z", "2026-12-31T00:00:00.000000Z"


class Garden:
    """A history, and where in it something can be planted."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.first, self.second = history.accounts

    def ops(self, kind: str, status: int = 200) -> list[Operation]:
        """Return the operations of a kind that were answered so and that no fault struck."""
        return [
            each
            for each in self.history.operations
            if (each.kind, each.status) == (kind, status)
            and "fault_id" not in self.entry(each.number)
        ]

    def entry(self, number: int) -> Document:
        """Return the entry of an operation, or an empty one."""
        found = [each for each in self.entries() if find_operation(each) == number]
        return found[0] if found else {}

    def entries(self) -> list[Document]:
        """Return the entries of all journals."""
        return [entry for account in self.history.accounts for entry in account.journal]

    def struck(self) -> list[Document]:
        """Return the entries that a fault has struck."""
        return [entry for entry in self.entries() if "fault_id" in entry]

    def job(self, state: str) -> Document:
        """Return a job of the first account that is in a state at the end."""
        return next(job for job in self.first.jobs if job["state"] == state)

    def polls(self, state: str) -> list[Operation]:
        """Return the polls that were told a state."""
        polls = self.ops("status") + self.ops("result") + self.ops("status", 422)
        return [each for each in polls if each.answer["status"] == state]


def answer_oddly(garden: Garden) -> None:
    """Answer with a status that nothing explains, and say the same in the journal."""
    operation = garden.ops("credits")[0]
    operation.status = garden.entry(operation.number)["status"] = 418


def lose_answer(garden: Garden) -> None:
    """Lose an answer though nobody was killed."""
    garden.ops("credits")[0].status = None


def answer_gone(garden: Garden) -> None:
    """Say that the store is gone though nobody was killed."""
    garden.ops("status")[0].status = 503


def force_otherwise(garden: Garden) -> None:
    """Bring a job into another state than was asked for."""
    garden.ops("force")[0].answer["state"] = "COMPLETED"


def refuse_force(garden: Garden) -> None:
    """Refuse to force a job that is under way."""
    garden.ops("force", 400)[0].subject = garden.job("QUEUED")["request_id"]


def go_back(garden: Garden) -> None:
    """Tell a later poll an earlier state."""
    garden.polls("COMPLETED")[-1].answer["status"] = "QUEUED"


def end_twice(garden: Garden) -> None:
    """Tell that a job which completed has failed."""
    garden.polls("COMPLETED")[-1].answer["status"] = "FAILED"


def go_back_at_the_end(garden: Garden) -> None:
    """Show a job in an earlier state than the one that was told."""
    told = garden.polls("COMPLETED")[0].subject
    job = next(each for each in garden.first.jobs if each["request_id"] == told)
    job["state"] = "PROCESSING"


def go_back_in_journal(garden: Garden) -> None:
    """Enter an end before another end."""
    first = garden.polls("QUEUED")[0]
    garden.entry(first.number)["response"]["body"]["status"] = "FAILED"


def lose_submit(garden: Garden) -> None:
    """Do not find a job whose submit was answered."""
    poll = garden.ops("status")[0]
    poll.status = garden.entry(poll.number)["status"] = 404


def lose_submit_at_the_end(garden: Garden) -> None:
    """Forget a job, with all that is said of it."""
    garden.first.jobs.pop()


def give_id_twice(garden: Garden) -> None:
    """Give a job the id of another."""
    first, second = garden.ops("submit")[:2]
    second.answer["request_id"] = first.answer["request_id"]


def commit_twice(garden: Garden) -> None:
    """Make two jobs of one submit."""
    garden.first.jobs.append({**garden.first.jobs[0], "request_id": "f" * 32})


def commit_refused(garden: Garden) -> None:
    """Make a job of a submit that was refused."""
    refused = garden.ops("submit", 429)[0]
    params = {"prompt": f"op-{refused.number}"}
    garden.first.jobs.append({**garden.first.jobs[0], "request_id": "f" * 32, "params": params})


def commit_another(garden: Garden) -> None:
    """Make another job than the one that was told."""
    garden.first.jobs[0]["request_id"] = "f" * 32


def find_foreign(garden: Garden) -> None:
    """Find a job with the key of another account."""
    poll = garden.ops("status", 404)[0]
    poll.status = garden.entry(poll.number)["status"] = 200


def keep_foreign(garden: Garden) -> None:
    """Keep a job in the account of another."""
    garden.second.jobs.append(garden.first.jobs.pop())


def charge_none(garden: Garden) -> None:
    """Forget the charge of a job that completed."""
    garden.first.shown["ledger"].pop()


def charge_twice(garden: Garden) -> None:
    """Charge a job that completed twice."""
    garden.first.shown["ledger"] *= 2


def charge_failed(garden: Garden) -> None:
    """Charge a job that failed."""
    line = garden.first.shown["ledger"][0]
    garden.first.shown["ledger"].append({**line, "request_id": garden.job("FAILED")["request_id"]})


def charge_too_much(garden: Garden) -> None:
    """Charge another price."""
    garden.first.shown["ledger"][0]["amount"] = 5.0


def charge_foreign(garden: Garden) -> None:
    """Charge an account for the job of another."""
    garden.second.shown["ledger"] += garden.first.shown["ledger"]


def lose_money(garden: Garden) -> None:
    """Have less than the ledger says."""
    garden.first.shown["credits"] -= 0.01


def hold_too_long(garden: Garden) -> None:
    """Hold the price of a job that has ended."""
    garden.first.shown["held"] += 0.075


def tell_more(garden: Garden) -> None:
    """Tell a later balance that is higher."""
    last = [each for each in garden.ops("credits") if each.account == garden.first.key][-1]
    last.answer["credits"] = 10.0


def tell_other_rest(garden: Garden) -> None:
    """Tell another rest than the ledger's."""
    garden.polls("COMPLETED")[0].answer["metrics"]["remaining_credits"] = 3.0


def refuse_for_credits(garden: Garden) -> None:
    """Refuse a submit for want of credits that are there."""
    garden.entry(garden.ops("submit")[0].number)["status"] = 406


def exceed_window(garden: Garden) -> None:
    """Let a submit through whose window is full."""
    garden.entry(garden.ops("submit", 429)[0].number)["status"] = 200


def refuse_with_room(garden: Garden) -> None:
    """Refuse a submit whose window has room."""
    garden.entry(garden.ops("submit")[0].number)["status"] = 429


def tell_other_reset(garden: Garden) -> None:
    """Tell that the window ends at another instant."""
    refused = garden.entry(garden.ops("submit", 429)[0].number)
    refused["response"]["headers"]["x-rate-limit-reset-at-utc"] = LATER


def strike_another(garden: Garden) -> None:
    """Strike another call than the one that is foretold."""
    struck = next(each for each in garden.struck() if each["route"] == "status")
    calls = [each for each in garden.first.journal if each["route"] == "status"]
    calls[0]["fault_id"] = struck.pop("fault_id")


def count_another(garden: Garden) -> None:
    """Say of a fault that it has struck more calls."""
    garden.first.faults[0]["hits"] += 1


def count_another_commonly(garden: Garden) -> None:
    """Say of a fault for all accounts that it has counted fewer calls."""
    garden.history.common[0]["calls"] -= 1


def hold_up_another(garden: Garden) -> None:
    """Hold up one call more than the rule says."""
    rule = garden.second.rules[-1]
    calls = [each for each in garden.second.journal if each["route"] == "submit"]
    for call in calls:
        call["fault_id"] = rule["id"]


def count_held_up(garden: Garden) -> None:
    """Say of a fault that it has held up more calls than there were."""
    garden.second.faults[0]["calls"] += 1


def strike_too_early(garden: Garden) -> None:
    """Strike a call before the rule was armed."""
    credits_calls = [each for each in garden.first.journal if each["route"] == "credits"]
    credits_calls[0]["fault_id"] = garden.ops("arm")[0].answer["id"]


def miss_armed(garden: Garden) -> None:
    """Do not strike what the rule strikes that was armed."""
    next(each for each in garden.struck() if each["route"] == "credits").pop("fault_id")


def strike_unarmed(garden: Garden) -> None:
    """Strike with a rule of which nobody was told, and which is not there."""
    garden.ops("arm")[0].status = None


def enter_none(garden: Garden) -> None:
    """Lose the entry of an exchange that was answered."""
    garden.first.journal.pop()


def enter_twice(garden: Garden) -> None:
    """Enter an exchange twice."""
    last = garden.first.journal[-1]
    garden.first.journal.append({**last, "seq": last["seq"] + 1000})


def enter_other_status(garden: Garden) -> None:
    """Enter another status than the one that was answered."""
    garden.first.journal[-1]["status"] = 299


def enter_foreign(garden: Garden) -> None:
    """Enter an exchange into the journal of another account."""
    garden.second.journal.append(garden.first.journal.pop())


def enter_stranger(garden: Garden) -> None:
    """Enter an exchange that nobody had."""
    last = garden.first.journal[-1]
    request: Any = {**last["request"], "headers": {TAG: "999"}}
    garden.first.journal.append({**last, "seq": last["seq"] + 1000, "request": request})


def drop_entry(garden: Garden) -> None:
    """Have no room for an exchange."""
    garden.first.dropped = 1


def repeat_number(garden: Garden) -> None:
    """Give two exchanges one number."""
    garden.first.journal[-1]["seq"] = garden.first.journal[-2]["seq"]


def repeat_number_elsewhere(garden: Garden) -> None:
    """Give an exchange the number of one of another account."""
    garden.second.journal[0]["seq"] = garden.first.journal[0]["seq"]


def swap_numbers(garden: Garden) -> None:
    """Give an exchange a number after that of one which began when it had ended."""
    first, last = garden.first.journal[0], garden.first.journal[-1]
    first["seq"], last["seq"] = last["seq"], first["seq"]
    garden.first.journal.sort(key=lambda entry: entry["seq"])


def hide_exchange(garden: Garden) -> None:
    """Leave out an exchange that had ended before somebody asked for the journal."""
    garden.ops("list")[0].answer["requests"].pop()


def show_with_gap(garden: Garden) -> None:
    """Leave out an exchange in the midst of the journal."""
    garden.ops("list")[0].answer["requests"].pop(2)


def show_late(garden: Garden) -> None:
    """Do not show to who waits what is entered, until the wait is over."""
    watch = garden.ops("watch")[-1]
    watch.answer["requests"].clear()
    watch.ended += 60


def show_out_of_order(garden: Garden) -> None:
    """Show to who waits a later exchange in place of the next one."""
    watch = garden.ops("watch")[0]
    watch.answer["requests"][0] = garden.first.journal[-1]


def go_back_in_time(garden: Garden) -> None:
    """Let time go back from one exchange to the next."""
    garden.first.journal[-1]["at_utc"] = EARLIER


def move_twice(garden: Garden) -> None:
    """Move a clock further than it was told."""
    garden.first.now_utc = LATER


def lose_move(garden: Garden) -> None:
    """Do not move a clock that was told to move."""
    garden.first.now_utc = garden.first.start_utc


def tell_earlier(garden: Garden) -> None:
    """Tell an earlier time than before."""
    moves = [each for each in garden.ops("move") if each.account == garden.first.key]
    moves[-1].answer["now_utc"] = moves[0].answer["now_utc"]


def tell_event_twice(garden: Garden) -> None:
    """Tell two clients that they have brought about the same."""
    moves = [each for each in garden.ops("move") if each.account == garden.first.key]
    moves[1].answer["fired"] += moves[0].answer["fired"]


def read_other_file(garden: Garden) -> None:
    """Read another file than was sent."""
    garden.ops("read")[0].answer = "op-999"


def lose_file(garden: Garden) -> None:
    """Do not find a file that was acknowledged."""
    garden.ops("read")[0].status = 404


def give_address_twice(garden: Garden) -> None:
    """Give two files one address."""
    first, second = garden.ops("upload")[:2]
    second.answer = first.answer


def lose_webhook(garden: Garden) -> None:
    """Forget a webhook that was acknowledged."""
    garden.first.webhooks.clear()


def repeat_webhook(garden: Garden) -> None:
    """Keep one webhook twice."""
    garden.first.webhooks.append({**garden.first.webhooks[0], "webhook_id": "f" * 32})


def repeat_webhook_id(garden: Garden) -> None:
    """Give two webhooks one id."""
    garden.first.webhooks *= 2


def keep_foreign_webhook(garden: Garden) -> None:
    """Keep the webhook of another account."""
    strange = [each for each in garden.second.webhooks if find_number(each["webhook_url"]) >= 0]
    garden.first.webhooks += strange


PLANTS: dict[str, tuple[Callable[[Garden], None], ...]] = {
    "statuses": (answer_oddly,),
    "losses": (lose_answer, answer_gone),
    "forces": (force_otherwise, refuse_force),
    "states": (go_back, end_twice, go_back_at_the_end),
    "order_in_journals": (go_back_in_journal,),
    "submits_are_found": (lose_submit, lose_submit_at_the_end),
    "ids": (give_id_twice,),
    "commits": (lose_submit_at_the_end, commit_twice, commit_refused, commit_another),
    "owners": (find_foreign, keep_foreign),
    "charges": (charge_none, charge_twice, charge_failed, charge_too_much, charge_foreign),
    "ledgers": (lose_money, hold_too_long, charge_twice),
    "balances": (tell_more,),
    "told_costs": (tell_other_rest,),
    "refusals_for_credits": (refuse_for_credits,),
    "windows": (exceed_window, refuse_with_room, tell_other_reset),
    "plans": (strike_another, count_another),
    "common": (count_another_commonly,),
    "delays": (hold_up_another, count_held_up),
    "armed": (strike_too_early, miss_armed, strike_unarmed),
    "entries": (enter_none, enter_twice, enter_other_status),
    "strangers": (enter_foreign, enter_stranger, drop_entry),
    "numbers": (repeat_number, repeat_number_elsewhere, swap_numbers),
    "lists": (hide_exchange, show_with_gap),
    "watches": (show_late, show_out_of_order),
    "instants": (go_back_in_time,),
    "moves": (move_twice, lose_move),
    "told_times": (tell_earlier,),
    "events": (tell_event_twice,),
    "files": (read_other_file, lose_file, give_address_twice),
    "webhooks": (lose_webhook, repeat_webhook, repeat_webhook_id, keep_foreign_webhook),
}
"""What is planted for each rule of the checker."""
