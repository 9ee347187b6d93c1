"""Questions that cannot cost, even if the server is broken: GETs, and POSTs without the user's key.

Each is there for the facts that it names; what the answer says is for the judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mockserver.facts.observed import Known
from mockserver.verifier.calls import SAFE_METHODS, Call, Owner
from mockserver.verifier.runs import respell
from mockserver.verifier.verifier_context import BALANCE, VerifierContext

_JSON = (("content-type", "application/json"),)
_ORIGIN = "https://app.example.com"
_ID: frozenset[Known] = frozenset({"id-unknown"})
_KEY: frozenset[Known] = frozenset({"key-unknown"})

_CONSOLE = (
    "/inference-model-information/list",
    "/inference-request/generations",
    "/inference-request/request-history",
    "/api/auth/authenticate",
    "/webhook/get",
    "/finetune/request/list",
)
"""Routes of the SDK's other namespaces that only tell."""


class Probe(NamedTuple):
    """A free question: what it is about, and the call."""

    about: str
    call: Call


def ask_probes(context: VerifierContext, slug: str, *, is_read_only: bool) -> None:
    """Ask all that is free, or of that only what changes nothing.

    Raises:
        SpendingStoppedError: money was taken for it.
    """
    about = ""
    for probe in list_probes(context, slug):
        if is_read_only and probe.call.method not in SAFE_METHODS:
            continue
        if probe.about != about:
            about = probe.about
            context.tell(f"{about}: free")
        context.session.ask(probe.call)
    context.read_balance()


def list_probes(context: VerifierContext, slug: str) -> Iterator[Probe]:
    """Yield all free questions; `slug` is a model that the service has."""
    for call in _list_key_calls(slug):
        yield Probe("keys (A2, A3)", call)
    for call in _list_unknown_ids(context.make_id()):
        yield Probe("an unknown id (T6, R5)", call)
    for version in ("v1", "v2"):
        yield Probe("verbs of a model's route (R8)", _get(f"/{version}/{slug}"))
    for version in ("v1", "v2"):
        yield Probe("lists of runs, which there are none of (R9)", _get(f"/{version}/requests"))
    for call in _list_browser_calls(slug):
        yield Probe("browsers (C1)", call)
    for call in _list_console_calls():
        yield Probe("the SDK's other routes (N*)", call)
    for call in _list_workflow_calls(context.make_id()):
        yield Probe("workflows (N8, N10)", call)


def _get(target: str, owner: Owner = "own", known: frozenset[Known] = frozenset()) -> Call:
    return Call(method="GET", target=target, owner=owner, known=known)


def _list_key_calls(slug: str) -> Iterator[Call]:
    owners: tuple[tuple[Owner, frozenset[Known]], ...] = (("none", frozenset()), ("nobody", _KEY))
    for owner, known in owners:
        yield _get(BALANCE, owner, known)
        for version in ("v1", "v2"):
            yield Call(
                method="POST",
                target=f"/{version}/{slug}",
                owner=owner,
                known=known,
                headers=_JSON,
                body=b"{}",
            )


def _list_unknown_ids(identifier: str) -> Iterator[Call]:
    for spelled in (identifier, *respell(identifier)):
        yield _get(f"/v2/requests/{spelled}/status", known=_ID)
        yield _get(f"/v2/requests/{spelled}", known=_ID)
        yield _get(f"/v1/requests/{spelled}", known=_ID)
    yield _get(f"/v2/requests/{identifier}/status", "none", _ID)
    yield _get(f"/v2/requests/{identifier}", "nobody", _ID | _KEY)


def _list_browser_calls(slug: str) -> Iterator[Call]:
    asked = (
        ("origin", _ORIGIN),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type,x-api-key"),
    )
    yield Call(method="OPTIONS", target=f"/v2/{slug}", owner="none", headers=asked)
    origin = (("origin", _ORIGIN),)
    yield Call(method="GET", target=BALANCE, headers=origin)
    yield Call(method="GET", target=BALANCE, owner="none", headers=origin)


def _list_console_calls() -> Iterator[Call]:
    for path in _CONSOLE:
        yield _get(path)
    for path in _CONSOLE:
        yield _get(path, "none")
        yield _get(path, "nobody", _KEY)


def _list_workflow_calls(identifier: str) -> Iterator[Call]:
    path = f"/workflows/request/{identifier}"
    yield _get(path, known=_ID)
    yield Call(method="GET", target=path, key_place="bearer", known=_ID)
    yield _get(path, "none", _ID)
