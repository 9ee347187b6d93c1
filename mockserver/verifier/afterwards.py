"""Free questions about what was run and uploaded: the lists of it, and the file at its address."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.facts.observed import Known
from mockserver.verifier.calls import Call
from mockserver.verifier.outputs import may_be_asked
from mockserver.verifier.runs import Ended
from mockserver.verifier.verifier_context import VerifierContext

_HISTORY = "/inference-request/request-history"
_UNKNOWN: frozenset[Known] = frozenset({"id-unknown"})


def ask_afterwards(context: VerifierContext, slug: str, runs: list[Ended]) -> None:
    """Ask for the lists of what was run (N12 to N14), and for what was uploaded (N2)."""
    context.tell("what was run and uploaded (N2, N12 to N14): free")
    for target in _list_targets(slug, runs):
        context.session.ask(Call(method="GET", target=target))
    unknown = f"{_HISTORY}/{context.make_id()}"
    context.session.ask(Call(method="GET", target=unknown, known=_UNKNOWN))
    for url in list(_list_uploads(context)):
        context.session.ask(Call(method="GET", target=url, owner="none"))


def _list_targets(slug: str, runs: list[Ended]) -> Iterator[str]:
    yield "/inference-request/generations"
    yield f"/inference-request/recent-generations?model_name={slug}"
    yield f"{_HISTORY}?per_page=5"
    yield f"{_HISTORY}?per_page=101"
    for run in runs[:1]:
        yield f"{_HISTORY}/{run.request_id}"


def _list_uploads(context: VerifierContext) -> Iterator[str]:
    """Yield the addresses of what was uploaded."""
    for each in context.session.story.exchanges:
        document = each.body.document
        if each.route.name != "files-upload" or not isinstance(document, dict):
            continue
        urls = document.get("file_urls", document.get("urls"))
        for url in urls if isinstance(urls, list) else ():
            if isinstance(url, str) and may_be_asked(url, context.session.root):
                yield url
