"""Reading parameters as a lenient back end does, before they are held against their schema.

P1: a text may spell a number or a boolean, and a number may stand for a text that is listed.
P2: null stands for a parameter that was left out. P3: what takes a URI takes bare base64 too.
Only a value that has no right type as it stands is read so; what is right stays as it is.
"""

from __future__ import annotations

from binascii import Error, a2b_base64
from typing import Any, NamedTuple

from mockserver.contract.places import Place
from mockserver.contract.spelled_values import parse_boolean, parse_number

_MOST_NAMED = 64
"""Places that are named of those with a number as text."""

_SHORTEST_BASE64 = 16
"""Characters; what is shorter holds no picture, film or sound."""


class LenientReading(NamedTuple):
    """Parameters as they are held against their schema.

    Attributes:
        params: The very object that came, if there was nothing to read otherwise.
        numbers_as_text: Where a number or a boolean came as text: `seed`, `sizes[0]`, ….
    """

    params: dict[str, Any]
    numbers_as_text: tuple[str, ...]


class LenientReader:
    """Reads the parameters of one schema, in which every reference is resolved."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._root = Place.parse(schema)

    def read(self, params: dict[str, Any]) -> LenientReading:
        """Return parameters as they are meant; nothing of what came is changed."""
        walk = _Walk()
        return LenientReading(walk.read_object(self._root, params, ""), tuple(walk.named))


class _Walk:
    """One way through a value and what its schema says of each place."""

    def __init__(self) -> None:
        self.named: list[str] = []

    def read(self, place: Place, value: Any, where: str) -> Any:
        if isinstance(value, dict):
            return self.read_object(place, value, where)
        if isinstance(value, list):
            return self._read_array(place, value, where)
        if isinstance(value, str):
            return self._read_text(place, value, where)
        if value is None or place.takes(value):
            return value
        # P1: the same list is one of numbers on some pages, and one of texts on others.
        text = place.find_text(value)
        return value if text is None else text

    def read_object(self, place: Place, value: dict[str, Any], where: str) -> dict[str, Any]:
        read, is_changed = {}, False
        for name, member in value.items():
            inner = place.find_member(name)
            if inner is None:
                read[name] = member
            elif member is None and not inner.takes(None):
                is_changed = True
            else:
                read[name] = self.read(inner, member, f"{where}.{name}" if where else name)
                is_changed |= read[name] is not member
        return read if is_changed else value

    def _read_array(self, place: Place, value: list[Any], where: str) -> list[Any]:
        inner = place.items
        if inner is None:
            return value
        read = [self.read(inner, item, f"{where}[{at}]") for at, item in enumerate(value)]
        is_changed = any(map(_is_other, read, value))
        return read if is_changed else value

    def _read_text(self, place: Place, text: str, where: str) -> Any:
        if place.takes(text):
            is_file = place.takes_uri and is_base64(text)
            return f"data:;base64,{text}" if is_file else text
        spelled = parse_number(text) if place.takes_numbers else None
        if spelled is None and "boolean" in place.kinds:
            spelled = parse_boolean(text)
        if spelled is None:
            return text
        if len(self.named) < _MOST_NAMED:
            self.named.append(where)
        return spelled


def _is_other(one: object, other: object) -> bool:
    return one is not other


def is_base64(text: str) -> bool:
    """Tell whether a text can be a file in base64, in one line or in several."""
    if len(text) < _SHORTEST_BASE64 or not text.isascii():
        return False
    digits = text.encode()
    if b"\n" in digits:
        digits = digits.translate(None, b"\r\n")
    try:
        a2b_base64(digits, strict_mode=True)
    except Error:
        return False
    return True
