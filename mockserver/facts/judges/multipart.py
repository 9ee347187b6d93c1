"""Parameters that come as parts of a multipart body (E3d)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.models import Model
from mockserver.facts.answers import is_decided, is_success
from mockserver.facts.judgement import Judgement, judge_place, judges
from mockserver.facts.judges.errors import runs_model
from mockserver.facts.observed import Observed, Story
from mockserver.facts.views import find_model

_NAME = re.compile(
    rb'^content-disposition: *form-data; *name="([^"\r\n]+)"', re.IGNORECASE | re.MULTILINE
)


@judges("E3d")
def judge_repeated_parts(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """An array may be as many parts as it has items; another parameter may be there once."""
    for each in story.exchanges:
        model = find_model(each, catalogue) if runs_model(each) and is_decided(each) else None
        if model is None or not (is_success(each) or each.status == 400):
            continue
        repeated = [name for name, count in _count_parts(each).items() if count > 1]
        known = [name for name in repeated if name in model.properties]
        if known:
            is_whole = all(_may_be_array(model, name) for name in known)
            yield judge_place(
                "E3d",
                each,
                "status",
                agrees=is_success(each) == is_whole,
                expected=f"{'a success' if is_whole else '400'}, as {known[0]} came more than once",
                found=str(each.status),
            )


def _count_parts(exchange: Observed) -> Counter[str]:
    """Count the parts of a multipart body by their names."""
    media = exchange.find_request_header("content-type") or ""
    if not media.lower().startswith("multipart/form-data"):
        return Counter()
    names = _NAME.findall(exchange.request_body.content or b"")
    return Counter(name.decode("utf-8", "replace") for name in names)


def _may_be_array(model: Model, name: str) -> bool:
    return '"array"' in msgspec.json.encode(model.properties[name]).decode()
