"""Routes of the console that the SDK speaks to (N4, N11 to N17, N19 to N21)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mockserver.base.ids import normalize_id
from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import (
    find_media_type,
    is_absolute_url,
    is_decided,
    is_kept,
    read_error,
    read_object,
)
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.members import judge_kind, judge_members
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import has_envelope, is_call, is_gateways
from mockserver.facts.windows import find_uncounted, judge_freedom

_REFUSALS = {400, 401, 403, 404, 410}
_MODELS = "Inference Segmind Model Information List With Details"
_MODEL = ("description", "parameters", "slug", "title", "type")
_GENERATION = (
    "credits_deduction",
    "generation_url",
    "latency_ms",
    "parameters",
    "prompt",
    "status",
)
_REQUEST = (
    "credits_deduction",
    "generation_url",
    "latency_ms",
    "model_name",
    "model_status",
    "request_body",
    "request_id",
)
_STATES = {"COMPLETED", "FAILED", "PENDING"}
_MOST_ROWS = 100


def _find_calls(story: Story, *names: str, status: int | None = 200) -> Iterator[Observed]:
    """Return the calls of routes with such an answer; None: any that the console has given."""
    for each in story.exchanges:
        is_wanted = is_decided(each) if status is None else each.status == status
        if is_wanted and each.route.name in names and is_call(each) and is_kept(each.body):
            yield each


def _find_rows(exchange: Observed) -> list[Any] | None:
    """Return the list in an answer, whatever envelope it is in."""
    document = exchange.body.document
    values = document.values() if isinstance(document, dict) else [document]
    return next((value for value in values if isinstance(value, list)), None)


def _read_query(exchange: Observed) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(exchange.url).query).items()}


@judges("N4")
def judge_webhooks(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """Webhooks are listed, and what adds or changes one answers with an object."""
    for each in _find_calls(story, "webhooks-get"):
        yield judge_kind("N4", each, "list in body", list, _find_rows(each))
    for each in _find_calls(story, "webhooks-add", "webhooks-update", "webhooks-delete"):
        yield judge_kind("N4", each, "body", dict, each.body.document)
    for each in _find_calls(story, "webhooks-logs"):
        yield judge_kind("N4", each, "list in body", list, _find_rows(each))


@judges("N11")
def judge_models(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """The models are listed under one key."""
    for each in _find_calls(story, "models-list"):
        yield judge_members("N11", each, "body", (_MODELS,), each.body.document)
        yield from _judge_rows("N11", each, _MODEL)


def _judge_rows(fact: str, exchange: Observed, names: tuple[str, ...]) -> Iterator[Judgement]:
    """Judge the members of the rows: all are alike, so the first that lacks any speaks for all."""
    rows = _find_rows(exchange)
    if rows is None:
        yield judge_kind(fact, exchange, "list in body", list, exchange.body.document)
        return
    judged = (judge_members(fact, exchange, f"row {n}", names, row) for n, row in enumerate(rows))
    first = next(judged, None)
    if first is not None:
        yield next((each for each in (first, *judged) if not each.agrees), first)


@judges("N12")
def judge_generations(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """What has an output is listed; the recent ones are those of one model."""
    for each in _find_calls(story, "generations-list", "generations-recent"):
        yield from _judge_rows("N12", each, _GENERATION)
    for each in _find_calls(story, "generations-recent", status=None):
        if not _read_query(each).get("model_name") and each.status not in {401, 403}:
            yield compare("N12", each, "status", 400, each.status)


@judges("N13")
def judge_history(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """The history has all requests, as many and those that the query asks for."""
    for each in _find_calls(story, "generations-history"):
        query = _read_query(each)
        yield from _judge_rows("N13", each, _REQUEST)
        rows = [row for row in _find_rows(each) or () if isinstance(row, dict)]
        wanted = {query["status"]} if query.get("status") else _STATES
        states = {str(row.get("model_status")) for row in rows}
        if rows:
            yield judge_place(
                "N13",
                each,
                "model_status of rows",
                agrees=states <= wanted,
                expected=f"of {', '.join(sorted(wanted))}",
                found=", ".join(sorted(states)),
            )
    for each in _find_calls(story, "generations-history", status=None):
        asked = _read_query(each).get("per_page", "")
        if asked.isdecimal() and int(asked) > _MOST_ROWS and each.status not in {401, 403}:
            yield compare("N13", each, "status", 400, each.status)


@judges("N14")
def judge_request(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """One of the account's own requests is shown, any other is 404."""
    for each in _find_calls(story, "generations-get", status=None):
        if "id-unknown" in each.known and each.status != 401:
            yield compare("N14", each, "status", 404, each.status)
        elif each.status == 200:
            shown = (read_object(each) or {}).get("request_id")
            same = normalize_id(str(shown)) == normalize_id(each.subject)
            yield judge_place(
                "N14",
                each,
                "body.request_id",
                agrees=same,
                expected=each.subject,
                found=repr(shown),
            )


@judges("N15")
def judge_owner(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """Whose key it is comes as an object; that it has which members is nobody's word."""
    for each in _find_calls(story, "accounts-current"):
        yield judge_kind("N15", each, "body", dict, each.body.document)


@judges("N16")
def judge_training(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """Nothing is trained any longer: a submit is 410."""
    for each in _find_calls(story, "finetune-submit", status=None):
        if each.status not in {401, 403}:
            yield compare("N16", each, "status", 410, each.status)


@judges("N17")
def judge_finetunes(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """Fine-tunes are an array, and one is an object that says where its file is."""
    for each in _find_calls(story, "finetune-list"):
        yield judge_kind("N17", each, "body", list, each.body.document)
    for each in _find_calls(story, "finetune-details"):
        shown = (read_object(each) or {}).get("finetune")
        yield judge_members("N17", each, "body.finetune", ("cloud_storage_url",), shown)


@judges("N19")
def judge_download(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """The address of a model's file comes as plain text."""
    for each in _find_calls(story, "finetune-download"):
        yield compare("N19", each, "header content-type", "text/plain", find_media_type(each))
        text = (each.body.content or b"").decode("utf-8", "replace").strip()
        yield judge_place(
            "N19",
            each,
            "body",
            agrees=is_absolute_url(text),
            expected="an absolute address",
            found=repr(text),
        )


@judges("N20")
def judge_refusals(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """The console refuses in an envelope of its own, uploads and workflows in the gateway's."""
    for each in story.exchanges:
        route = each.route
        is_refused = each.status in _REFUSALS and is_decided(each)
        if not is_refused or not is_call(each) or not is_kept(each.body):
            continue
        if has_envelope(route) and not is_gateways(route):
            yield judge_kind("N20", each, "body.error", str, read_error(each))
        elif route.key and not is_gateways(route):
            document = read_object(each) or {}
            names = ("error", "error_description", "status_code")
            yield judge_members("N20", each, "body", names, document)
            if each.status == 401:
                yield compare("N20", each, "body.error", "invalid_token", document.get("error"))


@judges("N21")
def judge_price_of_calls(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """None of these routes counts towards the requests a minute."""
    for each, is_free in find_uncounted(story):
        if not is_gateways(each.route):
            yield judge_freedom("N21", each, is_free=is_free)
