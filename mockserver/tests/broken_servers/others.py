"""Defects for browsers, and of the SDK's other namespaces."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockserver.tests.broken_servers.defect import Defect, change_answers, on, where
from mockserver.tests.broken_servers.exchange import Answer, Asked, error

_NAMES = ("access-control-allow-origin", "access-control-expose-headers")


def _unshare(_asked: Asked, answer: Answer) -> Answer:
    return answer.without_headers(*_NAMES)


def _unshare_errors(asked: Asked, answer: Answer) -> Answer:
    return _unshare(asked, answer) if answer.status >= 400 else answer


def _rename(name: str, other: str) -> Any:
    def change(answer: Answer) -> Answer:
        document = answer.members
        return answer.with_document({(other if k == name else k): v for k, v in document.items()})

    return change


def _refuse_preflight(asked: Asked, answer: Answer) -> Answer:
    if asked.method == "OPTIONS" and answer.status == 204:
        return error(405, "Method Not Allowed")
    return answer


def _fail_with_422(answer: Answer) -> Answer:
    return replace(answer, status=422) if answer.members.get("status") == "FAILED" else answer


def _unpack_output(answer: Answer) -> Answer:
    if answer.members.get("status") != "COMPLETED":
        return answer
    return answer.with_members(
        output=[{"keyname": "image", "value": {"data": "", "type": "image"}}]
    )


def _rename_uploads(answer: Answer) -> Answer:
    return answer.with_members(file_url=answer.members["file_urls"]).without_members(
        "file_urls", "urls"
    )


DEFECTS = (
    Defect(
        "cors-missing",
        "C1",
        "no answer can be read by a page",
        change_answers(_unshare),
        "probe",
    ),
    Defect(
        "cors-missing-on-errors",
        "C1",
        "no refusal can be read by a page",
        change_answers(_unshare_errors),
        "probe",
    ),
    Defect("preflight-405", "C1", "a preflight is 405", change_answers(_refuse_preflight), "probe"),
    Defect(
        "upload-renamed",
        "N1",
        "an upload has its URLs under file_url",
        where(on(200, "files-upload"), _rename_uploads),
        "probe",
    ),
    Defect(
        "wrong-upload-200",
        "N3",
        "an upload that is none is 200",
        where(on(400, "files-upload"), lambda _answer: error(200, "nothing").with_document({})),
        "probe",
        also=frozenset({"N1"}),
    ),
    Defect(
        "workflow-failed-422",
        "N9",
        "a workflow that fails is 422",
        where(on(200, "pixelflows-poll"), _fail_with_422),
        "luck",
        also=frozenset({"E1"}),
    ),
    Defect(
        "workflow-output-list",
        "N8",
        "a workflow's output is a list, no text",
        where(on(200, "pixelflows-poll"), _unpack_output),
        "probe",
    ),
    Defect(
        "workflow-submit-renamed",
        "N7",
        "a workflow's submit calls request_id id",
        where(on(200, "pixelflows-run"), _rename("request_id", "id")),
        "probe",
    ),
    Defect(
        "models-list-bare",
        "N11",
        "the models are a bare list",
        where(
            on(200, "models-list"),
            lambda answer: answer.with_document(next(iter(answer.members.values()))),
        ),
        "probe",
    ),
    Defect(
        "finetune-taken",
        "N16",
        "fine-tuning takes new jobs",
        where(on(410), lambda _answer: error(200, "").with_document({"request_id": "1"})),
        "probe",
    ),
    Defect(
        "console-envelope",
        "N20",
        "the console refuses in the gateway's envelope",
        change_answers(
            lambda _asked, answer: (
                answer.with_document({"error": answer.members["error_description"]})
                if "error_description" in answer.members
                else answer
            )
        ),
        "probe",
    ),
)
