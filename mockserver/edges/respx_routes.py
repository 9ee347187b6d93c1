"""Routes of a test's own that take what a client's library gives, whichever it is.

respx takes responses of httpx alone, and errors of httpx alone as classes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import httpx
from respx import Route

from mockserver.edges.http_libraries import LIBRARIES
from mockserver.edges.respx_translation import TranslatedStream, translate_error

_set_return_value = vars(Route)["return_value"].fset
_set_side_effect = vars(Route)["side_effect"].fset


class EmulatedRoute(Route):
    """A route whose answers and errors may be those of any library."""

    @property
    def return_value(self) -> httpx.Response | None:
        """What it answers."""
        return self._return_value

    @return_value.setter
    def return_value(self, value: Any) -> None:
        _set_return_value(self, read_answer(value))

    @property
    def side_effect(self) -> Any:
        """What it raises or answers, in turn where there are several, or the function it calls."""
        return self._side_effect

    @side_effect.setter
    def side_effect(self, value: Any) -> None:
        are_several = isinstance(value, (Iterator, Sequence))
        _set_side_effect(self, map(read_answer, value) if are_several else read_answer(value))

    def __mod__(self, response: Any) -> Route:
        """Answer with this."""
        return super().__mod__(read_answer(response))


def read_answer(value: Any) -> Any:
    """Return a response, an error or the class of one as httpx has it; anything else as it is."""
    if isinstance(value, type):
        is_known = any(getattr(each, value.__name__, None) is value for each in LIBRARIES)
        return getattr(httpx, value.__name__, value) if is_known else value
    if isinstance(value, (httpx.Response, httpx.RequestError)):
        return value
    if any(isinstance(value, library.Response) for library in LIBRARIES):
        return _read_response(value)
    if any(isinstance(value, library.RequestError) for library in LIBRARIES):
        return translate_error(value, httpx)
    return value


def _read_response(response: Any) -> httpx.Response:
    """Return the response of httpx that says the same."""
    is_whole = response.is_stream_consumed
    return httpx.Response(
        response.status_code,
        headers=response.headers.raw,
        stream=httpx.ByteStream(response.content)
        if is_whole
        else TranslatedStream(response.stream, httpx),
        extensions=response.extensions,
    )
