"""What a text is that models are imported from."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockserver.importing.contracts import make_contract
from mockserver.importing.model_lists import ENVELOPE
from mockserver.importing.sources import parse_source
from mockserver.tests.importing.refusals import find_refusal
from mockserver.tests.importing.test_model_lists import ROW
from mockserver.tests.importing.test_openapi_documents import make

PAGE = (Path(__file__).parent / "pages" / "ideogram-3.txt").read_text(encoding="utf-8")
LIST = {ENVELOPE: [ROW, {**ROW, "slug": "second"}]}


@pytest.mark.parametrize(
    ("text", "kind", "slugs"),
    [
        (PAGE, "a model page (text)", ["ideogram-3"]),
        ("\ufeff" + PAGE, "a model page (text)", ["ideogram-3"]),
        (json.dumps(LIST), "a model list", ["tiny", "second"]),
        (json.dumps(make()), "an OpenAPI document", ["tiny"]),
        (yaml.safe_dump(make(), sort_keys=False), "an OpenAPI document", ["tiny"]),
        (yaml.safe_dump(make()), "an OpenAPI document", ["tiny"]),
    ],
)
def test_the_kind_is_told_by_the_content(text, kind, slugs):
    """Whatever the file is called."""
    source = parse_source(text)
    assert source.kind == kind
    assert [draft.slug for draft in source.drafts] == slugs


def test_html_is_read_like_the_text_that_it_shows():
    """One block a line, code as it stands."""
    head, table = PAGE.split("\nParameters\n")
    rows = "".join(f"<div>{line}</div>" for line in table.replace("<", "&lt;").splitlines())
    html = f"<!doctype html><html><body><pre>{head}</pre><h2>Parameters</h2>{rows}</body></html>"
    source = parse_source(html)
    assert source.kind == "a model page (HTML)"
    assert source.drafts[0].properties == parse_source(PAGE).drafts[0].properties
    assert source.drafts[0].samples == parse_source(PAGE).drafts[0].samples


@pytest.mark.parametrize(
    ("text", "slug", "slugs"),
    [
        (json.dumps(LIST), "second", ["second"]),
        (json.dumps(make()), "tiny", ["tiny"]),
        (PAGE, "mine", ["mine"]),
    ],
)
def test_a_slug_chooses_a_model_or_names_a_page(text, slug, slugs):
    """A page describes one model, whatever it is called."""
    assert [draft.slug for draft in parse_source(text, slug).drafts] == slugs


@pytest.mark.parametrize(
    ("text", "slug", "words"),
    [
        ("", None, "it is no model page"),
        ("{", None, "line 1, column 1: it is not JSON"),
        ("{}", None, f"$: no key came; `openapi` or `{ENVELOPE}` was expected"),
        ('{"swagger": "2.0"}', None, "$: 'swagger' came"),
        ("[]", None, "$: a list came; an object was expected"),
        ("openapi: [", None, "it is not YAML"),
        ("openapi: 3.1.0\n\tpaths: x", None, "it is not YAML"),
        ("openapi: " + "[" * 50_000, None, "it is not YAML"),
        ("openapi: 3.1.0\npaths: \0", None, "it is not YAML that can be read"),
        (json.dumps(LIST), "third", "it has no model 'third'; it has 2, such as tiny, second"),
        (PAGE, "../etc", "'../etc' is no slug"),
        ("x" * 2_000_001, None, "it has 2,000,001 characters; 2,000,000 at the most"),
    ],
)
def test_what_is_none_of_these_is_refused(text, slug, words):
    """One line that says what came and what was expected."""
    refused = find_refusal(parse_source, text, slug) or ""
    assert words in refused
    assert "\n" not in refused


def test_yaml_that_multiplies_is_refused():
    """Aliases of aliases are a small text and a huge document."""
    levels = "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]\n" for n in range(1, 12))
    text = f"openapi: 3.1.0\nx0: &x0 [1]\n{levels}"
    assert "it is not YAML that can be read" in (find_refusal(parse_source, text) or "")


def test_values_of_yaml_are_those_of_json():
    """Dates are texts, and so are numbers as keys."""
    text = (
        "openapi: 3.1.0\npaths:\n  /v1/tiny:\n    post:\n      requestBody:\n        content:\n"
        "          application/json:\n            example: {day: 2026-11-26}\n"
        "            schema: {type: object, properties: {1: {enum: [2026-11-26]}}}\n"
    )
    (draft,) = parse_source(text).drafts
    assert draft.properties == {"1": {"enum": ["2026-11-26"]}}
    assert draft.samples == [{"day": "2026-11-26"}]


def import_all(text):
    """Read a text and write its contracts."""
    for draft in parse_source(text).drafts:
        make_contract(draft, "-", "2026-11-26")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "properties", "$ref", "post", "enum", "x"]), inner
        )
    ),
    max_leaves=8,
)
CHANGES = st.dictionaries(st.sampled_from([*ROW, "x"]), JSON, max_size=3)


@given(
    st.text()
    | st.builds(lambda rows: json.dumps({ENVELOPE: [ROW | row for row in rows]}), st.lists(CHANGES))
    | st.builds(lambda schema, media: json.dumps(make(schema=schema, media=media)), JSON, CHANGES)
    | st.builds(lambda head, table: f"{head} /v1/x\nParameters\n{table}", st.text(), st.text())
)
def test_any_text_is_imported_or_refused_in_one_line(text):
    """Never a traceback."""
    refused = find_refusal(import_all, text)
    assert refused is None or "\n" not in refused


@given(st.integers(0, len(PAGE)), st.integers(0, len(PAGE)), st.text(max_size=5))
def test_a_page_that_is_damaged_is_imported_or_refused(begin, end, inserted):
    """Cut anywhere, with anything in between."""
    refused = find_refusal(import_all, PAGE[:begin] + inserted + PAGE[end:])
    assert refused is None or "\n" not in refused
