"""A model as a page for people: what it takes, returns and costs, and how that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import fill
from typing import TYPE_CHECKING

from mockserver.base.clock import SECOND
from mockserver.base.json_encoding import encode_text
from mockserver.cli.figures import render_figure, render_price
from mockserver.cli.parameter_tables import render_parameters
from mockserver.contract.model_evidence import EVIDENCE, describe_level, find_gaps
from mockserver.contract.models import find_named_parameters
from mockserver.gateway.job_factory import BLOCKING_LIMIT

if TYPE_CHECKING:
    from mockserver.contract.model_terms import Output, Terms
    from mockserver.contract.models import Model

_WIDTH = 100
_NOUNS = {"image": "picture", "video": "film", "audio": "sound", "3d": "mesh"}
_MEMBERS = {"image": "images", "video": "video", "audio": "audio", "3d": "model_mesh"}
_PROVIDERS = {
    ("text", "openai"): "an OpenAI chat completion",
    ("text", "anthropic"): "an Anthropic message",
    ("text", "gemini"): "a Gemini response",
    ("embedding", "openai"): "vectors in OpenAI's shape",
    ("embedding", "gemini"): "vectors in Gemini's shape",
}


def render_model_page(model: Model) -> str:
    """Return the page, without a newline at its end."""
    sections = [
        [f"{model.slug}: {model.document['title']}", *_fill(model.document["description"])],
        list(_render_facts(model)),
        list(_render_taken(model)),
        ["Example", f"  {encode_text(model.document['examples'][0])}"],
        _render_list("Known from", _render_sources(model.terms, assumed=False)),
        _render_list("Assumed", _render_sources(model.terms, assumed=True)),
        _render_list("Not known", find_gaps(model)),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def _render_facts(model: Model) -> Iterator[str]:
    terms = model.terms
    facts = {
        "level": describe_level(terms.level),
        "task": terms.task,
        "makes": _render_output(model),
        "v1": _render_v1(terms),
        "v2": _render_v2(terms.output),
        "seconds": f"{render_figure(terms.typical_s)}, typically",
        "price": render_price(terms.price),
    }
    if terms.retired:
        facts["retired"] = "yes: every call is answered 410"
    for name, fact in facts.items():
        yield from _fill(fact, f"{name:8} ", " " * 9)


def _render_output(model: Model) -> str:
    """Name what comes out, with what it is like if no parameter is sent that says otherwise."""
    output, parts = model.terms.output, []
    if output.is_file:
        parts.append(model.compute_format({}).upper())
    if output.size:
        parts.append(" by ".join(map(str, model.compute_size({}))))
    if output.duration:
        parts.append(f"{render_figure(model.compute_duration({}))} s long")
    if output.dimensions:
        parts.append(f"{output.dimensions} numbers each")
    like = f": {', '.join(parts)}, unless parameters say otherwise" if parts else ""
    return f"{output.kind or output.makes}{like}"


def _render_v1(terms: Terms) -> str:
    returned = _render_v1_body(terms)
    if terms.typical_s > BLOCKING_LIMIT / SECOND:
        return f"504 after a minute, since a run takes more; with --v1-limit scaled {returned}"
    return returned


def _render_v1_body(terms: Terms) -> str:
    output = terms.output
    if not output.is_file:
        return f"{_name_text(output)}, in JSON"
    noun = _NOUNS[output.media]
    if terms.v1_returns == "json":
        return f"JSON that links to the {noun}"
    asked = "; asked for base64 in JSON, all of them" if terms.base64 else ""
    return f"the bytes of the {noun}{asked}"


def _render_v2(output: Output) -> str:
    if not output.is_file:
        return f"`output` is {_name_text(output)}, as a string"
    noun, member = _NOUNS[output.media], _MEMBERS[output.media]
    return f"`output` links to the {noun}, `{member}` describes it"


def _name_text(output: Output) -> str:
    if output.provider:
        return _PROVIDERS[output.media, output.provider]
    if output.kind == "transcription":
        return "the words and when they were said"
    return "a line of text"


def _render_taken(model: Model) -> Iterator[str]:
    """Yield the table of parameters, and which others are read if they are sent."""
    properties = model.properties
    if properties:
        is_advised = any("x-advice" in each for each in (model.schema, *properties.values()))
        yield f"Parameters{' (? is likely, and refuses nothing)' if is_advised else ''}"
        yield from (f"  {line}" for line in render_parameters(model.schema))
    read = [name for _, names in find_named_parameters(model) for name in names]
    if others := [name for name in dict.fromkeys(read) if name not in properties]:
        yield from _fill(f"Read{' as well' if properties else ''}, if sent: {', '.join(others)}")


def _render_sources(terms: Terms, *, assumed: bool) -> Iterator[str]:
    for claim in terms.provenance:
        if (claim["evidence"] == "inferred") == assumed:
            told = [claim[key] for key in ("source", "date", "fact") if key in claim]
            if not assumed:
                told[:0] = [] if "source" in claim else [EVIDENCE[claim["evidence"]]]
                told[0] = f"{claim['evidence']}: {told[0]}"
            yield f"{claim['what']} ({', '.join(told)})" if told else claim["what"]


def _render_list(title: str, items: Iterable[str]) -> list[str]:
    lines = [line for item in items for line in _fill(item, "  - ", "    ")]
    return [title, *lines] if lines else []


def _fill(text: str, first: str = "", later: str = "") -> list[str]:
    return fill(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    ).splitlines()
