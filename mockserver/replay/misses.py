"""Saying of a call that was not recorded which recorded one is nearest, and how it differs.

How near two calls are is a sum of what is alike: the method and the route count most, then the
path, then each parameter and each member of the body; texts are alike as far as they begin and end
alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from mockserver.base.plurals import count
from mockserver.contract.routing import find
from mockserver.replay.calls import Call
from mockserver.replay.recorded import Recorded, find_told_cost
from mockserver.replay.recording_index import RecordingIndex

_MOST_SHOWN = 120
_MOST_ALIKE = 20
_MOST_DIFFERENCES = 3
_MOST_COMPARED = 2_000
_MOST_READ = 2_000
_LEAST = 0.2
REMEDY = (
    'record it with `segmock record`, or have it emulated: --on-miss emulate, on_miss="emulate"'
)
_ABSENT = object()
_PRESENT = ("absent", "there")


class Difference(NamedTuple):
    """One place in which two calls differ, with both values."""

    where: str
    recorded: str
    came: str

    def __str__(self) -> str:
        return f"{self.where} was {self.recorded}, here it is {self.came}"


def explain_miss(index: RecordingIndex, call: Call) -> str:
    """Return the sentence about a call that was not recorded."""
    lead = f"segmock replay: {call.method} {call.path} was not recorded"
    nearest = find_nearest(index, call)
    if nearest is None:
        return f"{lead}, and nothing like it; {REMEDY}"
    found = list(find_differences(nearest.call, call))
    shown = "; ".join(map(str, found[:_MOST_DIFFERENCES]))
    more = len(found) - _MOST_DIFFERENCES
    rest = f"; and {count(more, 'more difference')}" if more > 0 else ""
    asked = f"{nearest.call.method} {nearest.call.path}"
    return f"{lead} like this; nearest is {asked} ({nearest.place}): {shown}{rest}; {REMEDY}"


def explain_repetition(index: RecordingIndex, call: Call, before: int) -> str:
    """Return the sentence about a call that was recorded, and less often than it was made.

    Args:
        index: The recording.
        call: The call; it was recorded.
        before: How often it was made before.
    """
    recorded = index.calls[call.key]
    times = {1: "once", 2: "twice"}.get(len(recorded), f"{len(recorded)} times")
    suffix = {2: "second", 3: "third"}.get(before + 1, f"{before + 1}th")
    places = ", ".join(each.place for each in recorded[:3])
    lead = f"segmock replay: {call.method} {call.path} was recorded {times} ({places})"
    if not find(call.path)[0].starts_job:
        return f"{lead}, this is the {suffix}; {REMEDY}"
    cost = find_cost(index, recorded[-1])
    paid = f" ${cost}" if cost else ""
    return f"{lead}, this is the {suffix}: would a client pay{paid} again? If it is to, {REMEDY}"


def find_cost(index: RecordingIndex, submitted: Recorded) -> Decimal | None:
    """Return what a recorded run cost, as it or its polls say, in US dollars."""
    run = index.runs.get(submitted.place)
    polled = [each.recorded for each in run.answers] if run else []
    costs = map(find_told_cost, [submitted, *polled])
    return next((cost for cost in costs if cost is not None), None)


def find_nearest(index: RecordingIndex, call: Call) -> Recorded | None:
    """Return the recorded exchange whose call is most like this one; the first of several."""
    firsts = [found[0] for found in index.calls.values()]
    firsts.sort(key=lambda each: each.call.path != call.path)
    scored = [(measure_likeness(each.call, call), each) for each in firsts[:_MOST_COMPARED]]
    best = max(scored, key=lambda pair: pair[0], default=None)
    return None if best is None or best[0] <= 0 else best[1]


def measure_likeness(recorded: Call, call: Call) -> float:
    """Return how much alike two calls are; 0 where they have nothing in common."""
    routes = find(recorded.path)[0], find(call.path)[0]
    score = 4.0 * (recorded.path == call.path) + 2.0 * (routes[0] is routes[1])
    if not score:
        return 0.0
    score += 2.0 * (recorded.method == call.method)
    score += recorded.query == call.query
    return score + 3.0 * _measure_values(recorded.body.value, call.body.value)


def _measure_values(one: Any, other: Any) -> float:
    """Return how much alike two values are, from 0 to 1 for what is equal."""
    if one == other:
        return 1.0
    if isinstance(one, dict) and isinstance(other, dict):
        names = one.keys() | other.keys()
        pairs = ((one.get(name, _ABSENT), other.get(name, _ABSENT)) for name in names)
        return sum(_measure_values(*pair) for pair in pairs) / len(names)
    if isinstance(one, list) and isinstance(other, list):
        alike = sum(map(_measure_values, one, other))
        return alike / max(len(one), len(other))
    if isinstance(one, str) and isinstance(other, str):
        return _LEAST + _measure_texts(one[:_MOST_READ], other[:_MOST_READ]) / 2
    return _LEAST if type(one) is type(other) else 0.0


def _measure_texts(one: str, other: str) -> float:
    """Return which part of the longer of two texts is how both begin, and end."""
    begins = _find_difference(one, other)
    ends = _find_difference(one[begins:][::-1], other[begins:][::-1])
    return (begins + ends) / max(len(one), len(other), 1)


def find_differences(recorded: Call, call: Call) -> Iterator[Difference]:
    """Yield the places in which two calls differ; of other paths the rest is beside the point."""
    if recorded.method != call.method:
        yield Difference("the method", recorded.method, call.method)
    if recorded.path != call.path:
        yield Difference("the path", recorded.path, call.path)
    if recorded.has_key != call.has_key:
        yield Difference("the key", *(_PRESENT[each.has_key] for each in (recorded, call)))
    if (recorded.method, recorded.path) != (call.method, call.path):
        return
    yield from _compare("query", recorded.query, call.query)
    if recorded.media != call.media:
        yield Difference("the content type", recorded.media or "absent", call.media or "absent")
    if recorded.body.kind != call.body.kind:
        yield Difference("the body", recorded.body.kind, call.body.kind)
    else:
        yield from _compare("body", recorded.body.value, call.body.value)


def _compare(where: str, one: Any, other: Any) -> Iterator[Difference]:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys([*one, *other]):
            yield from _compare(f"{where}.{name}", one.get(name, _ABSENT), other.get(name, _ABSENT))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, pair in enumerate(zip(one, other, strict=True)):
            yield from _compare(f"{where}[{place}]", *pair)
    elif one != other:
        texts = _write(one), _write(other)
        begins = _find_difference(*texts) if max(map(len, texts)) > _MOST_SHOWN else 0
        yield Difference(where, *(_cut(text, begins) for text in texts))


def _write(value: Any) -> str:
    if value is _ABSENT:
        return "absent"
    return msgspec.json.encode(_write_whole(value)).decode()


def _find_difference(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike; halving is quick for megabytes."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _cut(text: str, begins: int) -> str:
    """Return the part of a text in which it differs from another, and its length if it is long."""
    start = max(0, begins - _MOST_ALIKE)
    start = start if start > _MOST_ALIKE else 0
    shown = ("…" if start else "") + text[start : start + _MOST_SHOWN]
    is_whole = start + _MOST_SHOWN >= len(text)
    return shown if is_whole else f"{shown}… ({len(text):,} characters)"


def _write_whole(value: Any) -> Any:
    """Return a value with whole numbers as a client writes them."""
    if isinstance(value, dict):
        return {name: _write_whole(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_write_whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
