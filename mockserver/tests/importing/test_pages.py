"""Pages of models, whole: five of them say what the contracts that come along say."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.importing.contracts import make_contract
from mockserver.importing.drafts import Draft
from mockserver.importing.errors import SourceError
from mockserver.importing.pages import parse_page

PAGES = Path(__file__).parent / "pages"
"""Pages in the grammar of the vendor's, with its facts and our words."""

SLUGS = sorted(page.stem for page in PAGES.glob("*.txt"))
MODELS = load_shipped_catalogue().models

LOOSE = "the page has no type for it; ours is of the provider's public API"
UNSTATED = "the page does not say"
DIFFERENCES: dict[tuple[str, str], str] = {
    **{(slug, "level"): "the page cuts lists, so it is partial" for slug in SLUGS},
    **{(slug, "color_palette type"): LOOSE for slug in SLUGS if slug != "ideogram-2a-txt-2-img"},
    **{
        (slug, "typical_s"): UNSTATED
        for slug in ("ideogram-2a-txt-2-img", "ideogram-turbo-img-2-img", "ideogram-txt-2-img")
    },
    **{(slug, "price"): UNSTATED for slug in ("ideogram-turbo-img-2-img", "ideogram-txt-2-img")},
    **{
        (slug, "seed range"): UNSTATED
        for slug in ("ideogram-2a-txt-2-img", "ideogram-turbo-img-2-img", "ideogram-txt-2-img")
    },
    **{
        (slug, f"seed {end}"): "the flattened page has lost the range"
        for slug in ("ideogram-2a-txt-2-img", "ideogram-turbo-img-2-img")
        for end in ("minimum", "maximum")
    },
    ("ideogram-3", "prompt default"): "ours leaves the page's sample text out",
}
"""Where a page says something else than the contract that comes along, and why."""


def read(slug: str) -> Draft:
    """Read one of the five pages."""
    return parse_page((PAGES / f"{slug}.txt").read_text(encoding="utf-8"))


def describe_parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return what a schema claims of a parameter, under names for the list of differences."""
    kept = {key: schema.get(key) for key in ("type", "default", "minimum", "maximum")}
    return {f"{name} {key}": value for key, value in kept.items()}


def describe(document: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """Return what a contract claims, as far as a page can say it."""
    terms = document["x-model"]
    described: dict[str, Any] = {
        "parameters": list(properties),
        "required": sorted(document["required"]),
        "seed range": (terms["seed"]["minimum"], terms["seed"]["maximum"]),
        "size": terms["output"]["size"]["parameters"],
        "default size": terms["output"]["size"]["default"],
        "price": Decimal(terms["price"]["usd"]),
        **{key: terms[key] for key in ("level", "task", "v1_returns", "typical_s", "retired")},
    }
    for name, schema in properties.items():
        described |= describe_parameter(name, schema)
    return described


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_imports_to_the_contract_that_comes_along(slug):
    """Names in their order, required ones, types, defaults, bounds and figures are the same."""
    made = make_contract(read(slug), "page.txt", "2026-11-26").document
    ours = MODELS[slug]
    imported = describe(made, made["properties"])
    shipped = describe(ours.document, ours.properties)
    differ = {name for name in imported | shipped if imported.get(name) != shipped.get(name)}
    assert differ == {name for each, name in DIFFERENCES if each == slug}


@pytest.mark.parametrize("slug", SLUGS)
def test_the_values_that_a_page_shows_are_those_of_the_contract(slug):
    """A whole list is the same; one that is cut is the beginning of ours, and only advises."""
    properties = read(slug).properties
    for name, schema in MODELS[slug].properties.items():
        values = [value for value in schema.get("enum", ()) if value is not None]
        whole = properties[name].get("enum")
        if whole is not None:
            assert [value for value in whole if value is not None] == values
        elif values:
            assert properties[name]["x-advice"]["enum"] == values[:10]


def test_a_range_of_prices_has_its_ends_in_the_contract():
    """The page of ideogram-3 says what the quickest and the best runs cost."""
    prices = sorted(MODELS["ideogram-3"].terms.price.usd_by_value.values())
    assert read("ideogram-3").usd == (prices[0], prices[-1])


def test_what_a_page_cuts_is_told():
    """The lists that the page shows in part, and what has no type, are assumptions."""
    told = [str(each) for each in read("ideogram-3").assumptions]
    assert told == [
        "parameter aspect_ratio: the page shows 10 of 15 values; any other passes",
        "parameter color_palette: its type is 'any | any'; any value passes",
        "parameter resolution: the page shows 10 of 69 values; any other passes",
    ]


TABLE = "{head}\nParameters\nprompt required string\nWhat to draw\nResponse Type\n{rest}"


def make_page(head: str = "POST /v2/tiny", rest: str = "") -> str:
    """Return a page with one parameter."""
    return TABLE.format(head=head, rest=rest)


@pytest.mark.parametrize(
    ("line", "usd"),
    [
        ("$0.05 per generation", ("0.05",)),
        ("$0.113 - $0.037 per generation", ("0.037", "0.113")),
        ("$0.02/image", ("0.02",)),
        ("$0.25", ("0.25",)),
        ("costs $5", ()),
        ("nothing", ()),
    ],
)
def test_prices_are_amounts_with_a_unit_or_a_fraction(line, usd):
    """A dollar sign in a sentence is no price."""
    assert parse_page(make_page(f"{line}\nPOST /v2/tiny")).usd == tuple(map(Decimal, usd))


@pytest.mark.parametrize(
    ("line", "per"),
    [
        ("$0.1 per second", "second"),
        ("$0.1/sec", "second"),
        ("$0.1 per image", "picture"),
        ("$0.1 per Generation", "run"),
        ("$0.1", "run"),
    ],
)
def test_a_price_says_what_it_is_for(line, per):
    """Seconds and pictures are counted; all else is a run."""
    draft = parse_page(make_page(f"{line}\nPOST /v2/tiny"))
    assert draft.per == per
    assert not any(each.about == "price" for each in draft.assumptions)


def test_a_price_by_another_unit_is_told():
    """Whoever pays by the token has to see to it."""
    draft = parse_page(make_page("$0.1 per megapixel\nPOST /v2/tiny"))
    reason = "the page states it per megapixel; it is taken as that of a run"
    assert str(draft.assumptions[0]) == f"price: {reason}"


@pytest.mark.parametrize(
    ("words", "v1_returns"),
    [("Image", "image"), ("Video", "video"), ("Text/JSON", "json"), ("Markdown", "json")],
)
def test_what_v1_returns_is_read(words, v1_returns):
    """What is no picture, film or sound is JSON."""
    assert parse_page(make_page(rest=f"Returns: {words}\n")).v1_returns == v1_returns


def test_a_page_without_answer_or_seconds_leaves_them_open():
    """Nothing is made up here."""
    draft = parse_page(make_page())
    assert (draft.v1_returns, draft.seconds, draft.usd, draft.is_whole) == (None, None, (), True)


@pytest.mark.parametrize(
    ("head", "slug"),
    [
        ("POST /v2/tiny", "tiny"),
        ("https://api.segmind.com/v1/tiny", "tiny"),
        ('result = segmind.run(\n  "tiny",\n)', "tiny"),
        ("https://www.segmind.com/models/tiny/api", "tiny"),
        ("POST /v2/tiny\nGET /v2/requests/1", "tiny"),
    ],
)
def test_the_slug_is_where_the_page_calls_it(head, slug):
    """Samples come first, then the routes, then links to the page itself."""
    assert parse_page(make_page(head)).slug == slug


FILM = """Tiny Film API
~99.2s
$0.40 - $1.20 per generation
1import requests
2url = "https://api.segmind.com/v1/tiny-film"
3data = {{
4 "prompt": "Boats",
5 "duration": 8
6}}
API Endpoint
Parameters
{rows}
Response Type
Returns: Video
"""


@pytest.mark.parametrize(
    ("rows", "schema", "told"),
    [
        (
            "Default: 8\nAllowed values :\n468",
            {"enum": [4, 6, 8], "default": 8},
            "4, 6, 8 is assumed",
        ),
        (
            "Allowed values :\n510",
            {"x-advice": {"enum": [5, 10]}},
            "510; 5, 10 is assumed; any other passes",
        ),
        (
            "Allowed values :\n681012",
            {"x-advice": {"enum": [6, 8, 10, 12]}},
            "681012; 6, 8, 10, 12 is assumed; any other passes",
        ),
    ],
)
def test_numbers_that_run_together_refuse_only_if_there_is_one_way_to_read_them(rows, schema, told):
    """The page has nothing between them; how they are read is told."""
    draft = parse_page(FILM.format(rows=f"durationoptional\ninteger\n\nSeconds\n\n{rows}\n"))
    found = draft.properties["duration"]
    assert {key: found[key] for key in schema} == schema
    assert ("enum" in found) is ("enum" in schema)
    assert told in " ".join(map(str, draft.assumptions))


def test_a_parameter_that_only_a_sample_has_is_known_by_its_name():
    """It takes anything; the page is not whole."""
    draft = parse_page(FILM.format(rows="durationoptional\ninteger\n"))
    assert draft.properties["prompt"] == {"x-evidence": "samples"}
    assert not draft.is_whole
    assert str(draft.assumptions[-1]).startswith("parameter prompt: a sample sends it")


def test_a_required_parameter_that_no_sample_has_may_be_left_out():
    """The page's word is no proof."""
    draft = parse_page(make_page())
    assert "required" not in draft.schema
    assert draft.schema["x-advice"] == {"required": ["prompt"]}
    assert "prompt" in str(draft.assumptions[-1])


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("", "no line that ends with `Parameters`"),
        ("POST /v2/tiny\nParameters\nnothing\n", "line 2: there is no parameter"),
        ("POST /v2/tiny\nParameters\nprompt\n\nsizerequired\nvec3\n", "line 5: 'sizerequired'"),
        ("POST /v2/tiny\nParameters\nsizerequiredvec3\n", "line 3: 'sizerequiredvec3'"),
        (make_page("Words"), "it names no model, as in /v1/SLUG"),
        (make_page("/v1/one\n/v1/two"), "several models (one, two); say which with --slug"),
        (make_page() + "x" * 200_001, None),
        ("/v1/a\nParameters\n" + "x" * 200_001, "longer than 200000 characters"),
    ],
)
def test_a_page_that_cannot_be_read_is_refused_in_a_line(page, words):
    """The line says where, what came and what was expected."""
    if words is None:
        assert parse_page(page).slug == "tiny"
        return
    with pytest.raises(SourceError) as caught:
        parse_page(page)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
