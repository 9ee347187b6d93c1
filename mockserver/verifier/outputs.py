"""What a run has left: asked for without a key, whole and in part (R7, R10)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from mockserver.facts.answers import is_redirect
from mockserver.facts.observed import HeaderPairs, Observed
from mockserver.verifier.calls import Call
from mockserver.verifier.verifier_context import VerifierContext

_FIRST_BYTES = ("range", "bytes=0-15")
_PATIENCE_S = 120.0
_MOST_REDIRECTS = 5


def fetch_outputs(context: VerifierContext, result: Observed) -> None:
    """Ask for each file that a result names, without a key, and for its beginning."""
    for url in dict.fromkeys(list_urls(result, context.session.root)):
        for headers in ((), (_FIRST_BYTES,)):
            _fetch(context, url, headers)


def _fetch(context: VerifierContext, url: str, headers: HeaderPairs) -> None:
    """Ask for a file, and for where it leads to, as a signed address of a store, a few times."""
    for _ in range(_MOST_REDIRECTS):
        call = Call(method="GET", target=url, owner="none", headers=headers, patience_s=_PATIENCE_S)
        seen = context.session.ask(call)
        if not is_redirect(seen):
            return
        url = find_next(url, seen.find_header("location") or "")
        if not may_be_asked(url, context.session.root):
            return


def find_next(url: str, location: str) -> str:
    """Return the address that a redirect leads to; empty where it is none."""
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


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
