"""What was seen of the service itself, or is printed by its vendor, and differs from no fact."""

from __future__ import annotations

import json

import pytest

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.facts.judges import judge_story
from mockserver.facts.observed import Body, Observed, Story

ROOT = "https://api.segmind.com"
ID = "0123456789abcdef0123456789abcdef"
RESULT, POLL = f"/v2/requests/{ID}", f"/v1/requests/{ID}"
URLS = {"response_url": f"{ROOT}{RESULT}", "status_url": f"{ROOT}{RESULT}/status"}
PICTURE = f"https://images.segmind.com/outputs/{ID}.png"
HEADERS = {"x-cost": "0.037", "x-remaining-credits": "3.1", "x-request-id": ID}
RAN = {**HEADERS, "x-generation-time": "2.1", "x-seed-value": "12345"}
NGINX = b"<html><head><title>504 Gateway Time-out</title></head><body><hr>nginx</body></html>"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="
NODES = json.dumps([{"keyname": "picture", "value": {"data": PICTURE, "type": "image"}}])


def make_story(*calls) -> Story:
    """Return a story of calls: method and path, what was sent, status, answer, headers."""
    return Story(exchanges=tuple(_see(number, *call) for number, call in enumerate(calls, 1)))


def _see(number, line, sent, status, answer, headers=None) -> Observed:
    method, path = line.split()
    content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    kind = "text/html" if content.startswith(b"<") else "application/json"
    return Observed(
        number=number,
        sent_s=float(number),
        answered_s=number + 0.2,
        method=method,
        url=ROOT + path,
        request_headers=(("x-api-key", "key-1"), ("content-type", "application/json")),
        request_body=Body.of(json.dumps(sent).encode() if sent is not None else b""),
        account="key-1",
        key_place="x-api-key",
        status=status,
        headers=(("content-type", kind), *(headers or {}).items()),
        body=Body.of(content),
    )


SUBMITTED = {"poll_url": f"{ROOT}{POLL}", "request_id": ID, "status": "QUEUED", **URLS}
PENDING = {"status": "PROCESSING", "request_id": ID, "metrics": {}, **URLS}
PAID = {"cost": 0.037, "remaining_credits": 3.2}
METRICS = {**PAID, "inference_time": 13.06, "queue_time": 0.1, "total_time": 13.16}
FILE = {"url": PICTURE, "content_type": "image/png", "file_name": f"{ID}.png", "file_size": 9}
PUBLISHED = {
    "T10, a wrong body on v2": make_story(
        ("POST /v2/seedance-2.0", {"prompt": "", "duration": 0}, 200, SUBMITTED),
        (
            f"GET {RESULT}",
            None,
            422,
            {
                "error": "Prompt is required for video generation.",
                "metrics": {"inference_time": 0.003, "queue_time": 0.026},
                "status": "FAILED",
            },
        ),
    ),
    "O2, the members of a picture's result": make_story(
        ("POST /v2/ideogram-3", {"prompt": "A ship"}, 200, SUBMITTED),
        (f"GET {RESULT}/status", None, 200, PENDING),
        (
            f"GET {RESULT}/status",
            None,
            200,
            {"status": "COMPLETED", "request_id": ID, "metrics": METRICS},
        ),
        (
            f"GET {RESULT}",
            None,
            200,
            {
                "status": "COMPLETED",
                "metrics": METRICS,
                "output": PICTURE,
                "images": [FILE],
                "timings": {"inference": 13.06},
            },
        ),
    ),
    "E3b, an empty wallet on v2": make_story(
        (
            "POST /v2/ideogram-3",
            {"prompt": "A ship"},
            402,
            {"error": "Insufficient credits. You have 0.0 credits."},
        ),
    ),
    "E3c, the same on v1": make_story(
        ("POST /v1/ideogram-3", {"prompt": "A ship"}, 406, {"error": "Insufficient credits."}),
    ),
    "R6, a balance": make_story(
        ("GET /v1/get-user-credits", None, 200, {"credits": 0.0, "free-credits": 0.0184921035}),
    ),
    "R6, no record": make_story(
        ("GET /v1/get-user-credits", None, 404, {"error": "No credits found for the user"}),
    ),
    "R5, an unknown id": make_story(
        (f"GET {POLL}", None, 404, {"error": f"Output for this request ID {ID} Not Found"}),
    ),
    "T6, an unknown id": make_story(
        (f"GET {RESULT}/status", None, 404, {"error": f"Request {ID} not found"}),
    ),
    "A3, an unknown key": make_story(
        (
            "GET /v1/get-user-credits",
            None,
            401,
            {"error": "Unauthorized. API key is invalid or may have expired... Look it up"},
        ),
    ),
    "V1b, a picture of v1 where the page says JSON": make_story(
        (
            "POST /v1/some-picture-model",
            {"prompt": "A ship"},
            200,
            b"\x89PNG\r\n\x1a\n",
            {**RAN, "content-type": "image/png"},
        ),
    ),
    "V1c, a picture inside JSON": make_story(
        (
            "POST /v1/sdxl1.0-txt2img",
            {"prompt": "A ship", "base64": True},
            200,
            {"image": "R0lGODlhAQABAIAAAP", "status": "Success", "infer_time": 2.1},
            RAN,
        ),
    ),
    "V5, a page of the edge's": make_story(
        ("POST /v1/lyria-2", {"prompt": "Waves"}, 504, NGINX),
    ),
    "V5, a run that was given up": make_story(
        ("POST /v1/seedance-2.0", {"prompt": "Waves"}, 500, {"error": "Internal Polling Error"}),
        ("POST /v1/seedance-2.0", {"prompt": "Waves"}, 504, {"error": "Internal Polling Error"}),
    ),
    "a workflow": make_story(
        (
            "POST /workflows/65f0c0ffee-v1",
            {"prompt": "A ship"},
            200,
            {
                "message": "Queued",
                "poll_url": f"{ROOT}/workflows/request/{ID}",
                "request_id": ID,
                "status": "QUEUED",
            },
        ),
        (f"GET /workflows/request/{ID}", None, 200, {"output": "", "status": "PROCESSING"}),
        (f"GET /workflows/request/{ID}", None, 200, {"output": NODES, "status": "COMPLETED"}),
    ),
    "a workflow that failed": make_story(
        (
            f"GET /workflows/request/{ID}",
            None,
            200,
            {"error_message": {"node": "No"}, "status": "FAILED"},
        ),
    ),
    "an upload as the documentation has it": make_story(
        ("POST /upload-asset", {"data_urls": [PIXEL]}, 200, {"urls": [PICTURE]}),
    ),
    "an upload as the SDK reads it": make_story(
        (
            "POST /upload-asset",
            {"data_urls": [PIXEL]},
            200,
            {"file_urls": [PICTURE], "message": "Files uploaded successfully"},
        ),
    ),
}


@pytest.mark.fact("T4", "T10", "O1", "R4", "N1", "V3", "V5")
@pytest.mark.parametrize("name", PUBLISHED)
def test_what_is_known_of_the_service_itself_differs_from_no_fact(name):
    """The register rests on it, so a judge that differs is wrong."""
    judged = judge_story(PUBLISHED[name], load_shipped_catalogue())
    assert [each for each in judged if not each.agrees] == []


def test_each_of_them_is_spoken_about():
    """What no judge looks at shows nothing."""
    catalogue = load_shipped_catalogue()
    silent = [name for name, story in PUBLISHED.items() if not judge_story(story, catalogue)]
    assert silent == []
