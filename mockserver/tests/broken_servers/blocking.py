"""Defects of the blocking interface, v1."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.tests.broken_servers.defect import Defect, change_answers, on, where
from mockserver.tests.broken_servers.exchange import Answer, Asked, error

_OK = on(200, "sync")


def _without(*names: str) -> Any:
    return where(_OK, lambda answer: answer.without_headers(*names))


def _is_base64(asked: Asked, answer: Answer) -> bool:
    return _OK(asked, answer) and asked.params.get("base64") is True


def _returns_json(asked: Asked, answer: Answer) -> bool:
    return _OK(asked, answer) and (answer.find_header("content-type") or "").endswith("json")


def _envelop(answer: Answer) -> Answer:
    """Have JSON in place of a picture."""
    if not (answer.find_header("content-type") or "").startswith("image/"):
        return answer
    return answer.with_document({"created": "2026-11-26T19:00:00Z", "data": []})


def _raw(answer: Answer) -> Answer:
    """Have a picture in place of JSON."""
    if "data" not in answer.members:
        return answer
    changed = answer.with_header("content-type", "image/png")
    return replace(changed, body=b"\x89PNG\r\n\x1a\n" + b"\0" * 64)


def _fail_as_result(answer: Answer) -> Answer:
    return answer.with_document({"status": "FAILED", "error": answer.members["error"]}, status=422)


def _find_slow(asked: Asked) -> bool:
    model = load_shipped_catalogue().models.get(asked.subject)
    return model is not None and model.terms.typical_s > 60


def _wait_for_slow(asked: Asked, answer: Answer) -> Answer:
    if not on(504, "sync")(asked, answer):
        return answer
    changed = error(200, "").with_document({"url": "https://images.segmind.com/slow.mp4"})
    return changed.with_header("x-generation-time", "163.0")


DEFECTS = (
    Defect("v1-without-cost", "V2", "v1 has no x-cost", _without("x-cost")),
    Defect(
        "v1-without-remaining",
        "V2",
        "v1 has no x-remaining-credits",
        _without("x-remaining-credits"),
    ),
    Defect("v1-without-id", "V2", "v1 has no x-request-id", _without("x-request-id")),
    Defect("v1-without-time", "V2", "v1 has no x-generation-time", _without("x-generation-time")),
    Defect("v1-without-seed", "V2", "v1 has no x-seed-value", _without("x-seed-value")),
    Defect(
        "v1-cost-renamed",
        "V2",
        "x-cost is called x-credit-cost",
        where(_OK, lambda answer: answer.rename_header("x-cost", "x-credit-cost")),
    ),
    Defect(
        "v1-time-as-text",
        "V2",
        "x-generation-time is 12.8s",
        where(
            _OK,
            lambda answer: answer.with_header(
                "x-generation-time", f"{answer.find_header('x-generation-time')}s"
            ),
        ),
    ),
    Defect("v1-json-for-image", "V1", "v1 has JSON for a picture", where(_OK, _envelop)),
    Defect(
        "v1-image-for-json",
        "V1",
        "v1 has a picture for JSON",
        where(_OK, _raw),
        also=frozenset({"V1d"}),
    ),
    Defect(
        "v1-data-renamed",
        "V1d",
        "the JSON of v1 has images in place of data",
        where(
            _returns_json,
            lambda answer: (
                answer.with_document({"images": answer.members["data"]})
                if "data" in answer.members
                else answer
            ),
        ),
    ),
    Defect(
        "v1-failed-422",
        "V4",
        "a run that fails on v1 is 422",
        where(on(500, "sync"), _fail_as_result),
        "luck",
        also=frozenset({"E1"}),
    ),
    Defect(
        "v1-failed-with-cost",
        "V4",
        "a run that fails on v1 has x-cost",
        where(on(500, "sync"), lambda answer: answer.with_header("x-cost", "0.05")),
        "luck",
        also=frozenset({"E7"}),
    ),
    Defect(
        "v1-base64-renamed",
        "V6",
        "a picture inside JSON is under data",
        where(
            _is_base64,
            lambda answer: answer.with_document(
                {"data": answer.members["image"], "status": "Success", "infer_time": 1.0}
            ),
        ),
        also=frozenset({"V1c"}),
    ),
    Defect(
        "v1-base64-without-time",
        "V1c",
        "a picture inside JSON has no infer_time",
        where(
            _is_base64,
            lambda answer: replace(
                answer, body=json.dumps({"image": answer.members["image"]}).encode()
            ),
        ),
    ),
    Defect(
        "v1-waits-for-slow",
        "V5",
        "v1 answers runs of minutes with 200",
        change_answers(_wait_for_slow),
        "luck",
        also=frozenset({"V3", "V2"}),
    ),
    Defect(
        "v1-gives-up-408",
        "V3",
        "v1 gives up a long run with 408",
        where(on(504, "sync"), lambda answer: replace(answer, status=408)),
        "nobody",
        also=frozenset({"V5"}),
    ),
)
