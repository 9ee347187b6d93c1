"""What holds of files and webhooks: what was acknowledged is there, once and as it was sent."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.tests.histories.history import OK, Evidence, find_number


def check_files(evidence: Evidence) -> Iterator[str]:
    """See that a file is read as it was sent, and that no two have one address."""
    sent: dict[str, str] = {}
    for upload in evidence.list_operations("upload"):
        if upload.status == OK:
            url = upload.answer["urls"][0]
            if url in sent:
                yield f"{upload} was given {url}, which another file has"
            sent[url] = f"op-{upload.number}"
    for read in evidence.list_operations("read"):
        if read.is_known and (read.status, read.answer) != (OK, sent[read.subject]):
            yield f"{read} reads {read.answer!r}, not {sent[read.subject]!r}"


def check_webhooks(evidence: Evidence) -> Iterator[str]:
    """See that each webhook is there once, of its own account; one without an answer, if at all."""
    for account in evidence.accounts:
        numbers = [find_number(each["webhook_url"]) for each in account.webhooks]
        ids = [each["webhook_id"] for each in account.webhooks]
        if len(set(ids)) != len(ids):
            yield f"{account.key} has two webhooks of one id"
        for hook in evidence.list_operations("hook", account=account):
            times = numbers.count(hook.number)
            if times > 1 or (hook.status == OK and not times):
                yield f"{hook} is there {times} times at the end"
        own = {each.number for each in evidence.list_operations("hook", account=account)}
        if strange := set(numbers) - own:
            yield f"{account.key} has webhooks of others: {sorted(strange)}"
