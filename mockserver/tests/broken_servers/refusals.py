"""Defects of what a server refuses, and of the words in which it does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockserver.tests.broken_servers.defect import (
    Defect,
    change_answers,
    change_requests,
    on,
    where,
)
from mockserver.tests.broken_servers.exchange import Answer, Asked, error
from mockserver.tests.broken_servers.server import EMPTY_KEY, KEY, KEYS, LIMITED_KEY, POOR_KEY

_PAGE = b"<html><head><title>Not Found</title></head><body><h1>Not Found</h1></body></html>"
_POLLS = ("status", "result", "poll")
_RUNS = ("sync", "submit")


_ALL_WORDS = frozenset({"A2", "A3", "E2", "E3", "E4", "E6", "N3", "N20", "R5", "T6", "V4"})
"""Facts that say what an error is in words or kind."""


def _say(status: int, words: str) -> Any:
    return lambda answer: answer.with_document({"error": words}, status=status)


def _as_page(answer: Answer) -> Answer:
    return replace(answer.with_header("content-type", "text/html"), body=_PAGE)


def _at(status: int) -> Any:
    return lambda answer: replace(answer, status=status)


def _take_bearer(asked: Asked) -> Asked:
    scheme, _, key = (asked.find_header("authorization") or "").partition(" ")
    is_taken = scheme.lower() == "bearer" and asked.route.key and not asked.key
    return asked.with_header("x-api-key", key) if is_taken else asked


def _take_any_key(asked: Asked) -> Asked:
    is_unknown = asked.key and asked.key not in KEYS.values()
    return asked.with_header("x-api-key", KEY) if is_unknown else asked


def _take_no_key(asked: Asked) -> Asked:
    has_none = asked.route.key and not asked.key and not asked.find_header("authorization")
    return asked.with_header("x-api-key", KEY) if has_none else asked


def _has_no_key(asked: Asked, answer: Answer) -> bool:
    is_keyless = not asked.key and not asked.find_header("authorization")
    return answer.status == 401 and is_keyless and asked.route.name in {*_RUNS, *_POLLS}


def _has_unknown_key(asked: Asked, answer: Answer) -> bool:
    return answer.status == 401 and bool(asked.key)


def _shorten_id(asked: Asked, answer: Answer) -> Answer:
    if not on(404, *_POLLS)(asked, answer):
        return answer
    body = answer.body.replace(asked.subject.encode(), asked.subject.replace("-", "").encode())
    return replace(answer, body=body)


def _miss_dashed(asked: Asked) -> Asked | Answer:
    if asked.route.name in _POLLS and "-" in asked.subject:
        is_older = asked.route.name == "poll"
        words = "Output for this request ID {} Not Found" if is_older else "Request {} not found"
        return error(404, words.format(asked.subject))
    return asked


def _is_406_for(words: str) -> Any:
    return lambda asked, answer: on(406, *_RUNS)(asked, answer) and words in answer.body.decode()


def _validate_at_submit(asked: Asked) -> Asked | Answer:
    if asked.route.name == "submit" and asked.params.get("prompt") == "" and asked.key == KEY:
        return error(422, "Prompt is required.")
    return asked


def _limit_polls(asked: Asked) -> Asked | Answer:
    if asked.route.polls_job and asked.key == LIMITED_KEY:
        refused = error(429, "Too many requests")
        return refused.with_header("x-rate-limit-reset-at-utc", "2026-11-26T19:00:00Z")
    return asked


DEFECTS = (
    Defect(
        "no-key-403",
        "A2",
        "no key at all is 403",
        where(_has_no_key, _at(403)),
        "probe",
    ),
    Defect(
        "no-key-other-words",
        "A2",
        "no key at all is refused in other words",
        where(_has_no_key, _say(401, "Unauthorized")),
        "probe",
    ),
    Defect(
        "no-key-taken",
        "A2",
        "no key at all is somebody's",
        change_requests(_take_no_key),
        "probe",
        also=frozenset({"A1", "E7"}),
    ),
    Defect(
        "unknown-key-403",
        "A3",
        "an unknown key is 403",
        where(_has_unknown_key, _at(403)),
        "probe",
    ),
    Defect(
        "unknown-key-other-words",
        "A3",
        "an unknown key is refused in other words",
        where(_has_unknown_key, _say(401, "Invalid token")),
        "probe",
    ),
    Defect(
        "unknown-key-taken",
        "A3",
        "an unknown key is taken",
        change_requests(_take_any_key),
        "probe",
        also=frozenset({"E7"}),
    ),
    Defect(
        "bearer-taken",
        "A4",
        "a key is taken as Authorization: Bearer",
        change_requests(_take_bearer),
        "probe",
        also=frozenset({"A7", "A1"}),
    ),
    Defect(
        "unknown-id-400",
        "T6",
        "an unknown id is 400",
        where(on(404, *_POLLS), _at(400)),
        "probe",
        also=frozenset({"R5", "T7"}),
    ),
    Defect(
        "unknown-id-402",
        "T6",
        "an unknown id is 402",
        where(on(404, *_POLLS), _at(402)),
        "probe",
        also=frozenset({"R5", "T7"}),
    ),
    Defect(
        "unknown-id-other-words",
        "T6",
        "an unknown id is refused in other words",
        where(on(404, "status", "result"), _say(404, "No such request")),
        "probe",
        also=frozenset({"T7"}),
    ),
    Defect(
        "unknown-id-respelled",
        "T6",
        "an unknown id is told without its dashes",
        change_answers(_shorten_id),
        "probe",
        also=frozenset({"R5"}),
    ),
    Defect(
        "poll-url-words",
        "R5",
        "the 404 of poll_url has the words of the other routes",
        change_answers(
            lambda asked, answer: (
                error(404, f"Request {asked.subject} not found")
                if on(404, "poll")(asked, answer)
                else answer
            )
        ),
        "probe",
    ),
    Defect(
        "dashed-id-not-found",
        "S1b",
        "the dashed spelling of an id is not found",
        change_requests(_miss_dashed),
        "probe",
    ),
    Defect(
        "unknown-model-400",
        "E4",
        "an unknown model is 400",
        where(on(404, *_RUNS), _at(400)),
        "probe",
        also=frozenset({"E2"}),
    ),
    Defect(
        "unknown-model-page",
        "E4",
        "an unknown model is a page",
        where(on(404, *_RUNS), _as_page),
        "probe",
        also=frozenset({"E1", "R8"}),
    ),
    Defect(
        "other-verb-json",
        "R8",
        "another verb on a model is refused in JSON",
        where(on(405), _say(405, "Method Not Allowed")),
        "probe",
    ),
    Defect(
        "other-verb-404",
        "R8",
        "another verb on a model is 404",
        where(on(405), _say(404, "Not Found")),
        "probe",
    ),
    Defect(
        "content-type-415",
        "E3",
        "another content type is 415",
        where(_is_406_for("Invalid content type"), _at(415)),
        "probe",
    ),
    Defect(
        "content-type-400",
        "E3",
        "another content type is 400",
        where(_is_406_for("Invalid content type"), _at(400)),
        "probe",
        also=frozenset({"E2"}),
    ),
    Defect(
        "empty-wallet-403",
        "E3",
        "an empty wallet is 403",
        where(_is_406_for("credits"), _at(403)),
        "probe",
        EMPTY_KEY,
        also=frozenset({"E3b", "E3c", "L3", "A6"}),
    ),
    Defect(
        "poor-wallet-403",
        "L3",
        "a wallet with less than the price is 403",
        where(_is_406_for("credits"), _at(403)),
        "probe",
        POOR_KEY,
        also=frozenset({"E3", "E3b", "E3c", "A6"}),
    ),
    Defect(
        "error-under-message",
        "E1",
        "errors are under message",
        change_answers(
            lambda _asked, answer: (
                answer.with_document({"message": answer.members["error"]})
                if set(answer.members) == {"error"}
                else answer
            )
        ),
        "probe",
        also=_ALL_WORDS,
    ),
    Defect(
        "error-as-text",
        "E1",
        "errors are text/plain",
        change_answers(
            lambda _asked, answer: (
                answer.with_header("content-type", "text/plain")
                if set(answer.members) == {"error"}
                else answer
            )
        ),
        "probe",
        also=_ALL_WORDS,
    ),
    Defect(
        "wrong-body-refused-at-submit",
        "T10",
        "v2 refuses a body without a prompt with 422",
        change_requests(_validate_at_submit),
        also=frozenset({"E8", "S1"}),
    ),
    Defect(
        "limit-without-reset",
        "E5",
        "429 has no x-rate-limit-reset-at-utc",
        where(on(429), lambda answer: answer.without_headers("x-rate-limit-reset-at-utc")),
        key=LIMITED_KEY,
    ),
    Defect(
        "limit-with-retry-after",
        "E5",
        "429 has a Retry-After",
        where(on(429), lambda answer: answer.with_header("Retry-After", "30")),
        key=LIMITED_KEY,
    ),
    Defect(
        "limit-503",
        "E5",
        "over the limit is 503",
        where(on(429), _at(503)),
        key=LIMITED_KEY,
    ),
    Defect(
        "polls-limited",
        "L2",
        "polls are over the limit",
        change_requests(_limit_polls),
        key=LIMITED_KEY,
        also=frozenset({"E5"}),
    ),
    Defect(
        "missing-field-422",
        "E2",
        "v1 refuses a body without a prompt with 422",
        where(on(400, "sync"), _at(422)),
        "probe",
    ),
    Defect(
        "malformed-body-500",
        "E2",
        "a body that is no JSON is 500",
        change_answers(
            lambda asked, answer: (
                replace(answer, status=500)
                if answer.status == 400 and b"Malformed" in answer.body and asked.route.starts_job
                else answer
            )
        ),
        "probe",
        also=frozenset({"V4"}),
    ),
)
