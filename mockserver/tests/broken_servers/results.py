"""Defects of what a completed run yields: its body, and its files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockserver.contract.routing import find
from mockserver.tests.broken_servers.defect import (
    Defect,
    change_answers,
    change_requests,
    in_state,
    on,
    where,
)
from mockserver.tests.broken_servers.exchange import Answer, Asked, error

_RESULT = in_state("COMPLETED", routes=("result", "poll"))
_STATUS = in_state("COMPLETED", routes=("status",))
_FILES = ("output",)
_FILE = "https://images.segmind.com/9f86d081884c7d659a2feaa0c55ad015.png"


def _drop(*names: str) -> Any:
    return where(_RESULT, lambda answer: answer.without_members(*names))


def _need_key(asked: Asked) -> Asked | Answer:
    if find(asked.path)[0].serves and not asked.key:
        return error(401, "Missing Authorization or x-api-key in header")
    return asked


def _ignore_range(asked: Asked) -> Asked:
    if not asked.route.serves:
        return asked
    return replace(asked, headers=tuple(each for each in asked.headers if each[0] != "range"))


def _rename_metric(answer: Answer) -> Answer:
    return answer.with_metrics(
        lambda all_: {("duration" if k == "total_time" else k): v for k, v in all_.items()}
    )


def _wrap_output(answer: Answer) -> Answer:
    return answer.with_members(output={"url": answer.members["output"]})


def _short_images(answer: Answer) -> Answer:
    if "images" not in answer.members:
        return answer
    return answer.with_members(images=[{"url": each["url"]} for each in answer.members["images"]])


DEFECTS = (
    Defect(
        "result-without-output",
        "O1",
        "a result has no output",
        _drop("output"),
        also=frozenset({"O2b", "R4"}),
    ),
    Defect(
        "result-output-object",
        "O1",
        "a picture's output is an object",
        where(_RESULT, _wrap_output),
        also=frozenset({"O2b", "O4"}),
    ),
    Defect("result-without-images", "O2", "a picture's result has no images", _drop("images")),
    Defect(
        "result-images-short",
        "O2",
        "the entries of images are URLs alone",
        where(_RESULT, _short_images),
    ),
    Defect(
        "result-metrics-renamed",
        "O3",
        "total_time is called duration",
        where(in_state("COMPLETED"), _rename_metric),
        also=frozenset({"T3"}),
    ),
    Defect(
        "status-has-output",
        "R3",
        "a status has the output",
        where(
            _STATUS,
            lambda answer: answer.with_members(output=_FILE),
        ),
        also=frozenset({"T3"}),
    ),
    Defect(
        "status-without-metrics",
        "T3",
        "a completed status has no metrics",
        where(_STATUS, lambda answer: answer.without_members("metrics")),
        also=frozenset({"T11", "O3", "R3"}),
    ),
    Defect(
        "poll-url-differs",
        "R5",
        "poll_url has the result without its files",
        change_answers(
            lambda asked, answer: (
                answer.without_members("output", "images")
                if in_state("COMPLETED", routes=("poll",))(asked, answer)
                else answer
            )
        ),
        also=frozenset({"O1", "O2"}),
    ),
    Defect("output-needs-key", "R7", "a file needs a key", change_requests(_need_key)),
    Defect(
        "output-without-range",
        "R10",
        "a part of a file cannot be had",
        change_requests(_ignore_range),
        "probe",
    ),
    Defect(
        "output-as-bytes",
        "O2",
        "a file has another content type than its result says",
        where(
            on(200, *_FILES),
            lambda answer: answer.with_header("content-type", "application/octet-stream"),
        ),
        also=frozenset({"R7"}),
    ),
)
