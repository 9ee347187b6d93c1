"""What a run has left: asked for without a key, whole and in part (R7, R10)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from mockserver.facts.observed import Observed
from mockserver.verifier.calls import Call
from mockserver.verifier.verifier_context import VerifierContext

_FIRST_BYTES = ("range", "bytes=0-15")
_PATIENCE_S = 120.0


def fetch_outputs(context: VerifierContext, result: Observed) -> None:
    """Ask for each file that a result names, without a key, and for its beginning."""
    for url in dict.fromkeys(list_urls(result, context.session.root)):
        for headers in ((), (_FIRST_BYTES,)):
            call = Call(
                method="GET", target=url, owner="none", headers=headers, patience_s=_PATIENCE_S
            )
            context.session.ask(call)


def list_urls(result: Observed, root: str) -> Iterator[str]:
    """Yield the addresses of files in a result, but for those that nobody should ask.

    A server that is not on this machine cannot send its visitors to one without TLS.
    """
    document = result.body.document
    if not isinstance(document, dict):
        return
    files = [document.get("output")]
    images = document.get("images")
    files += (
        [each.get("url") for each in images if isinstance(each, dict)]
        if isinstance(images, list)
        else []
    )
    for url in files:
        if isinstance(url, str) and may_be_asked(url, root):
            yield url


def may_be_asked(url: str, root: str) -> bool:
    """Tell whether an address that a server names is one to ask: it has TLS, or is its own."""
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
        return bool(host) and (scheme == "https" or (scheme, host) == _find_place(root))
    except ValueError:
        return False


def _find_place(root: str) -> tuple[str, str | None]:
    return urlsplit(root).scheme, urlsplit(root).hostname
