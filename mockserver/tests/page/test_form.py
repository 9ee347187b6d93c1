"""Forms made of JSON Schemas: what is written comes back, and what is wrong is told there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from mockserver.tests.page.browsing import NARROW, WIDE
from mockserver.tests.page.hostile_texts import HOSTILE, UNSEEN
from mockserver.tests.tables import check_each

SCHEMA = {
    "type": "object",
    "required": ["prompt", "kind"],
    "properties": {
        "prompt": {"type": "string", "minLength": 1, "description": "What to <b>draw</b>."},
        "kind": {"enum": ["A", 3, None, True]},
        "flag": {"type": "boolean", "default": False},
        "seed": {"type": ["integer", "null"], "minimum": 100, "maximum": 999},
        "ratio": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "multipleOf": 0.25},
        "image": {"type": "string", "contentEncoding": "base64"},
        "url": {"type": "string", "format": "uri", "examples": ["https://a.example/b.png"]},
        "codes": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
        "messages": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["role"],
                "properties": {
                    "role": {"enum": ["user", "assistant"]},
                    "content": {
                        "anyOf": [
                            {"type": "string"},
                            {"type": "array", "items": {"type": "object"}},
                        ]
                    },
                },
            },
        },
        "palette": {
            "oneOf": [
                {"title": "preset", "type": "object", "properties": {"name": {"enum": ["X"]}}},
                {
                    "title": "own",
                    "type": "object",
                    "required": ["members"],
                    "properties": {"members": {"type": "array", "items": {"type": "string"}}},
                },
            ]
        },
        "fixed": {"const": True},
        "headers": {"type": "object", "additionalProperties": {"type": "string"}},
        "any": {},
        "drip": {
            "type": "object",
            "required": ["bytes"],
            "properties": {"bytes": {"type": "integer"}},
        },
        "mixed": {"type": ["array", "object"], "items": {"type": "integer"}},
    },
}
FULL = {
    "prompt": "two\nlines",
    "kind": None,
    "flag": True,
    "seed": None,
    "ratio": 0.5,
    "image": "aGk=",
    "url": "http://x",
    "codes": ["p", ""],
    "messages": [{"role": "user", "content": "hi"}, {"role": "user", "content": [{"a": 1}]}],
    "palette": {"members": ["#fff"]},
    "fixed": True,
    "headers": {"a": "b"},
    "any": [1, {"b": None}],
    "drip": {"bytes": 3, "more": 1},
    "mixed": {"a": 1},
    "another": {"q": 1},
}
MOUNT = """async ([schema, value]) => {
  const { makeForm } = await import("/_mock/page/forms/form.mjs");
  window.form = makeForm(schema, { value });
  const heading = document.createElement("h1");
  heading.textContent = "A form";
  document.getElementById("main").replaceChildren(heading, window.form.element);
}"""


def mount(page, schema, value):
    """Show a form in place of the view."""
    page.evaluate(MOUNT, [schema, value])
    return page.get_by_role("main")


def make_schema(schema):
    """Return that of an object with one member, `it`."""
    return {"type": "object", "properties": {"it": schema}}


def test_a_value_of_every_kind_comes_back_as_it_was_written(open_view):
    """Also what the schema does not name, and what it forbids."""
    page = open_view("live")
    values = [FULL, {}, {"prompt": "", "kind": 3}, {"kind": "unheard of", "flag": "maybe"}]

    def write(value):
        mount(page, SCHEMA, value)
        # An empty text is one that is not set.
        expected = {name: each for name, each in value.items() if each != ""}
        assert page.evaluate("window.form.read()") == {"value": expected, "problems": []}

    check_each(values, write)


WRONG = [
    ({"type": "integer", "minimum": 1}, 0, "is less than 1"),
    ({"type": "integer"}, 1.5, "has to be a whole number"),
    ({"type": "number", "exclusiveMaximum": 1}, 1, "has to be less than 1"),
    ({"type": "number", "multipleOf": 0.1}, 0.25, "is no multiple of 0.1"),
    ({"type": "string", "maxLength": 2}, "abc", "has 3 of at most 2 characters"),
    ({"type": "string", "pattern": "^a$"}, "b", "is not like ^a$"),
    ({"enum": ["a", "b"]}, "c", 'is none of "a", "b"'),
    ({"const": 1}, 2, "is 1 or left out"),
    ({"type": "array", "items": {}, "minItems": 2}, [1], "has 1 of at least 2 items"),
    ({"type": "object"}, [], "has to be an object"),
    (
        {"type": "object", "additionalProperties": False, "properties": {"a": {}}},
        {"b": 1},
        "is not known",
    ),
]


def test_what_a_schema_finds_wrong_is_told_at_the_field(open_view):
    """A value that can only be guessed at is no problem: the server has the last word."""
    page = open_view("live")

    def check(row):
        schema, value, reason = row
        main = mount(page, make_schema(schema), {"it": value})
        assert page.evaluate("window.form.check().map(({reason}) => reason)")[0] == reason
        expect(main.locator(".problem:visible").first).to_contain_text(reason)

    check_each(WRONG, check)


RIGHT = [
    ({"type": "number", "multipleOf": 0.1}, 0.3),
    ({"type": "integer", "minimum": 0}, 0),
    ({"type": ["string", "null"]}, None),
    ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, None),
    ({"allOf": [{"type": "string"}, {"minLength": 1}]}, "a"),
    ({"type": "string", "pattern": "("}, "a pattern that is none finds nothing"),
    (True, 1),
]


def test_what_fits_a_schema_is_not_complained_of(open_view):
    """Null where it is allowed, fractions that are no exact numbers."""
    page = open_view("live")

    def check(row):
        schema, value = row
        mount(page, make_schema(schema), {"it": value})
        assert page.evaluate("window.form.check()") == []
        assert page.evaluate("window.form.read().value") == {"it": value}

    check_each(RIGHT, check)


def test_items_are_added_and_removed_and_null_is_chosen_by_hand(open_view):
    """Each change is read at once."""
    page = open_view("live")
    main = mount(page, SCHEMA, {"seed": 200})
    codes = main.get_by_role("group", name="codes")
    for text in ("one", "two"):
        codes.get_by_role("button", name="Add an item").click()
        page.keyboard.type(text)
    codes.get_by_role("button", name="Remove this item of codes").first.click()
    main.get_by_label("null").check()
    main.get_by_label("Which kind of palette").select_option("own")
    main.get_by_role("group", name="members").get_by_role("button", name="Add an item").click()
    assert page.evaluate("window.form.read().value") == {
        "seed": None,
        "codes": ["two"],
        "palette": {"members": [""]},
    }


def test_a_file_goes_into_a_field_of_base64(open_view):
    """Its bytes alone."""
    page = open_view("live")
    main = mount(page, SCHEMA, {})
    file = {"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG"}
    image = page.get_by_role("textbox", name="image")
    main.locator(".with-file", has=image).locator("input[type=file]").set_input_files(file)
    expect(image).to_have_value("iVBORw==")


def test_what_takes_a_file_says_for_which_field(open_view):
    """In fields of their own, in items of lists, and where there are several kinds."""
    page = open_view("live")
    file = {"type": "string", "contentEncoding": "base64"}
    url = {"type": "string", "format": "uri"}
    schema = {
        "type": "object",
        "properties": {
            "image": url,
            "mask": file,
            "pictures": {"type": "array", "items": url},
            "sound": {"oneOf": [{"title": "by name", **url}, {"type": "integer"}]},
        },
    }
    given = {"pictures": ["https://a.example/1"], "sound": "https://a.example/2"}
    main = mount(page, schema, given)
    for name in ("image", "mask", "an item of pictures", "sound"):
        expect(main.get_by_role("button", name=f"From a file for {name}")).to_have_count(1)
        expect(main.get_by_label(f"A file for {name}", exact=True)).to_have_count(1)


def test_hostile_texts_of_a_schema_and_a_value_are_shown_as_text(visit):
    """In names, words, choices and values; nothing is wider than the window."""
    visit.look(width=NARROW)
    page = visit.open_view("live")

    def check(text):
        schema = {
            "type": "object",
            "properties": {
                text[:500]: {"type": "string", "description": text, "default": text},
                "b": {"enum": [text], "title": text},
            },
        }
        main = mount(page, schema, {text[:500]: text, "b": text, f"not named {text[:500]}": text})
        value = page.evaluate("window.form.read().value")
        assert value == {text[:500]: text, "b": text, f"not named {text[:500]}": text}
        assert main.locator("script, img").count() == 0
        shown = main.inner_text()
        assert not set(UNSEEN) & set(shown)
        assert page.evaluate("document.querySelector('main').scrollWidth") <= NARROW

    check_each(HOSTILE.values(), check)
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "dark"), (NARROW, "light")])
def test_a_form_with_everything_in_it_has_no_barrier(visit, check_accessibility, width, scheme):
    """Also where each field has something wrong."""
    visit.look(width=width, scheme=scheme)
    page = visit.open_view("live")
    mount(page, SCHEMA, FULL)
    check_accessibility(page)
    mount(page, SCHEMA, {"seed": 5000, "ratio": 0.3, "codes": ["", "", ""], "messages": [{}]})
    page.evaluate("window.form.check()")
    check_accessibility(page)
    assert page.evaluate("document.querySelector('main').scrollWidth") <= width
