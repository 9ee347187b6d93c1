"""What language models and others that write text answer (O4, O5, O7, O7b, O8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.models import Model
from mockserver.facts.answers import is_amount, is_kept, is_success, read_number, read_object
from mockserver.facts.judgement import Judgement, judge_place, judges
from mockserver.facts.judges.results import list_results
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_blocking
from mockserver.facts.views import (
    find_model,
    list_histories,
    read_metrics,
    read_params,
    read_state,
)

SLEEPER = "mock-inference"
_SLACK_S = 5.0
_PROVIDERS = {"choices": "OpenAI", "content": "Anthropic", "candidates": "Gemini"}


@judges("O4")
def judge_chat(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """The output of a language model is a string that is the JSON of its provider."""
    for each, model in list_results(story, catalogue):
        if model is None or model.terms.output.media != "text" or not model.terms.output.provider:
            continue
        document = _decode((read_object(each) or {}).get("output"))
        has_list = any(isinstance(document.get(name), list) for name in _PROVIDERS)
        yield _judge_text("O4", each, f"a string with JSON of {_names()}", agrees=has_list)


def _names() -> str:
    return " or ".join(_PROVIDERS.values())


def _decode(output: object) -> dict[str, Any]:
    """Return the object whose JSON a string is; empty where it is something else."""
    try:
        document = msgspec.json.decode(output) if isinstance(output, str) else None
    except msgspec.DecodeError:
        return {}
    return document if isinstance(document, dict) else {}


def _judge_text(fact: str, exchange: Observed, expected: str, *, agrees: bool) -> Judgement:
    document = read_object(exchange) or {}
    is_blocking_run = is_blocking(exchange)
    return judge_place(
        fact,
        exchange,
        "body" if is_blocking_run else "body.output",
        agrees=agrees,
        expected=expected,
        found=repr(document if is_blocking_run else document.get("output")),
    )


@judges("O5")
def judge_sleep(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """`sleep` decides how long a run of mock-inference lasts."""
    for history in list_histories(story):
        submitted = history.submitted
        if submitted is None or submitted.subject != SLEEPER:
            continue
        asked = read_number((read_params(submitted) or {}).get("sleep"))
        for each in history.polls:
            took = read_number(read_metrics(each).get("total_time"))
            if asked is None or took is None or read_state(each) != "COMPLETED":
                continue
            seconds = float(asked)
            yield judge_place(
                "O5",
                each,
                "body.metrics.total_time",
                agrees=seconds * 0.9 <= took <= seconds * 1.5 + _SLACK_S,
                expected=f"about {seconds:g} s, as sleep asked",
                found=f"{took} s",
            )


@judges("O7")
def judge_embedding(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """The output of an embedding model is OpenAI's JSON or Gemini's, on v2 as a string."""
    for each, document in _list_documents(story, catalogue, _is_embedding):
        is_right = bool(_find_vectors(document)) or _is_gemini(document)
        expected = "a vector for each text, as OpenAI or Gemini has it"
        yield _judge_text("O7", each, expected, agrees=is_right)


def _is_embedding(model: Model) -> bool:
    return model.terms.output.media == "embedding"


def _find_vectors(document: dict[str, Any]) -> list[Any]:
    """Return the vectors of an answer in OpenAI's shape."""
    data = document.get("data")
    rows = [each for each in data if isinstance(each, dict)] if isinstance(data, list) else []
    return [each["embedding"] for each in rows if each.get("embedding")]


def _is_gemini(document: dict[str, Any]) -> bool:
    embedding = document.get("embedding")
    return isinstance(embedding, dict) and bool(embedding.get("values"))


def _list_documents(
    story: Story, catalogue: Catalogue, belongs: Callable[[Model], bool]
) -> Iterator[tuple[Observed, dict[str, Any]]]:
    """Yield the answers of such models, and the JSON that v2 has as a string and v1 bare."""
    for each, model in list_results(story, catalogue):
        if model is not None and belongs(model):
            yield each, _decode((read_object(each) or {}).get("output"))
    for each in story.exchanges:
        model = find_model(each, catalogue) if is_blocking(each) and is_success(each) else None
        if model is not None and belongs(model) and is_kept(each.body):
            yield each, read_object(each) or {}


@judges("O7b")
def judge_short_embedding(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """In OpenAI's shape the vector is under `embedding` too, those of a list under `embeddings`."""
    for each, document in _list_documents(story, catalogue, _is_embedding):
        vectors = _find_vectors(document)
        if vectors:
            is_one = document.get("embedding") == vectors[0]
            is_list = document.get("embeddings") == vectors
            expected = "embedding, or embeddings, as in data"
            yield _judge_text("O7b", each, expected, agrees=is_one or is_list)


@judges("O8")
def judge_transcript(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """What was said is JSON with words and their seconds; what is seen is plain text."""
    for each, document in _list_documents(story, catalogue, _writes_speech):
        words = document.get("words")
        is_right = {"language_code", "text", "words"} <= document.keys() and _are_words(words)
        expected = "language_code, text, and words with start and end"
        yield _judge_text("O8", each, expected, agrees=is_right)
    for each, model in list_results(story, catalogue):
        if model is not None and model.terms.output.kind == "caption":
            output = (read_object(each) or {}).get("output")
            is_text = isinstance(output, str) and output != ""
            yield _judge_text("O8", each, "plain text", agrees=is_text)


def _writes_speech(model: Model) -> bool:
    return model.terms.output.kind == "transcription"


def _are_words(words: object) -> bool:
    """Tell whether each of a list has a text and seconds."""
    return isinstance(words, list) and all(
        isinstance(word, dict) and is_amount(word.get("start")) and is_amount(word.get("end"))
        for word in words
    )
