"""The page to watch and steer with, and its files, as a browser asks for them."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from mockserver.base.errors import EmulatorError
from mockserver.edges.access import REFUSAL, UNAUTHORIZED, AccessRefusal
from mockserver.edges.own_paths import PAGE_PREFIX
from mockserver.page.files import (
    ASK_AGAIN,
    HEADERS,
    KEEP,
    SHELL,
    PageFile,
    PageVersion,
    find_file,
    read_version,
    split_version,
)

_NOT_MODIFIED, _NOT_FOUND = 304, 404


class PageHttp:
    """The page as it was when somebody last opened it here.

    Whoever changes its files need only load it again: its shell names them by another version then.
    """

    def __init__(self) -> None:
        self._version: PageVersion | None = None

    def open(self, request: Request) -> Response:
        """Answer with the page itself."""
        self._version = read_version(PAGE_PREFIX)
        file = self._version.files[SHELL]
        return _render_file(file, request, {**ASK_AGAIN, "vary": "accept"})

    async def show_file(self, request: Request) -> Response:
        """Answer with a file of the page, which has nothing secret: it needs no token.

        Raises:
            EmulatorError: there is none of this name, or it is asked for by a page of elsewhere.
        """
        if is_foreign(request):
            refusal: AccessRefusal = request.scope[REFUSAL]
            raise EmulatorError(refusal.error, hint=refusal.hint, status=refusal.status)
        version, name = split_version(request.path_params["path"])
        kept = self._find_version(version) if version else None
        file = kept.files.get(name) if kept else find_file(name)
        if file is None:
            hint = "the page itself is at /_mock/"
            raise EmulatorError(f"the page has no file {name}", hint=hint, status=_NOT_FOUND)
        return _render_file(file, request, KEEP if kept else ASK_AGAIN)

    def _find_version(self, name: str) -> PageVersion | None:
        """Return the version that is asked for, or None if the files are others by now.

        It may be another worker that the page was opened at.
        """
        if self._version is None or self._version.name != name:
            self._version = read_version(PAGE_PREFIX)
        return self._version if self._version.name == name else None


def is_foreign(request: Request) -> bool:
    """Tell whether more than the token is wrong, which the page asks for when it is there."""
    refusal: AccessRefusal | None = request.scope.get(REFUSAL)
    return refusal is not None and refusal.status != UNAUTHORIZED


def _render_file(file: PageFile, request: Request, headers: Mapping[str, str]) -> Response:
    said = {**HEADERS, **headers, "etag": file.tag}
    if file.tag in _list_tags(request):
        return Response(status_code=_NOT_MODIFIED, headers=said)
    return Response(file.content, headers=said, media_type=file.content_type)


def _list_tags(request: Request) -> list[str]:
    """Return the tags of what a browser has; weak ones count as strong (RFC 9110, 13.1.2)."""
    given = request.headers.get("if-none-match", "")
    return [tag.strip().removeprefix("W/") for tag in given.split(",")]
