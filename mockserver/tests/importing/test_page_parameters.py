"""The table of parameters of a page: rows with labels, and rows that have lost them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.importing.errors import SourceError
from mockserver.importing.page_parameters import UnknownRowError, read_rows
from mockserver.importing.page_rows import UNSTATED
from mockserver.tests.importing.refusals import find_refusal


def read_one(text, known=()):
    """Return the only row of a table."""
    (row,) = read_rows(text, dict.fromkeys(known, ()))
    return row


@pytest.mark.parametrize(
    ("text", "name", "is_required", "type_"),
    [
        ("promptrequired\nstring\n", "prompt", True, "string"),
        ("promptrequiredstringWhat to draw", "prompt", True, "string"),
        ("prompt\nrequired\nstring\n", "prompt", True, "string"),
        ("prompt required string\nWhat to draw", "prompt", True, "string"),
        ("seedoptionalintegerSeed", "seed", False, "integer"),
        ("image_urlsoptionalstring (uri)[]Some", "image_urls", False, "string (uri)[]"),
        (
            "imagerequiredstring (uri) | string (base64)A",
            "image",
            True,
            "string (uri) | string (base64)",
        ),
        ("is_optionaloptionalboolean", "is_optional", False, "boolean"),
        ("paletteoptionalany | anyColours", "palette", False, "any | any"),
        ("a.b-coptionalnumber", "a.b-c", False, "number"),
    ],
)
def test_a_row_has_name_need_and_type(text, name, is_required, type_):
    """They stand on one line, run together or apart, or on three."""
    row = read_one(text)
    assert (row.name, row.is_required, row.type) == (name, is_required, type_)


HEAD = "sizeoptional\nstring\n\nHow large\n\n"
BARE = "sizeoptionalstringHow large\n"


@pytest.mark.parametrize(
    ("text", "default", "values", "hidden"),
    [
        (HEAD, UNSTATED, [], 0),
        (HEAD + "Default: null\n", None, [], 0),
        (HEAD + 'Default: "S"\nAllowed values :\n"S""M"\n', "S", ["S", "M"], 0),
        (HEAD + "Allowed values:\n5\n10\n", UNSTATED, [5, 10], 0),
        (HEAD + 'Allowed values (78 total):\n"S""M"+76 more', UNSTATED, ["S", "M"], 76),
        (HEAD + 'Allowed values (78 total):\n"S""M"', UNSTATED, ["S", "M"], 76),
        (HEAD + "Default: euler\n", "euler", [], 0),
        (HEAD + 'Default: "say "hi""\n', 'say "hi', [], 0),
        (HEAD + "Default: [1, 2]\n", [1, 2], [], 0),
        (HEAD + "Allowed values :\ntruefalse\n", UNSTATED, [True, False], 0),
        (BARE, UNSTATED, [], 0),
        (BARE + '"S""S""M"', "S", ["S", "M"], 0),
        (BARE + '"S""M"', UNSTATED, ["S", "M"], 0),
        (BARE + "50", 50, [], 0),
        (BARE + 'null"S""M"', None, ["S", "M"], 0),
        (
            BARE + '"X"' + "".join(f'"{n}"' for n in range(10)) + "+5 more",
            "X",
            list("0123456789"),
            5,
        ),
        (BARE + '"S""M"+5 more', UNSTATED, ["S", "M"], 5),
    ],
)
def test_default_and_values_are_told_apart(text, default, values, hidden):
    """Without labels the default comes first: it comes again, or is one more than is shown."""
    row = read_one(text)
    assert (row.default, row.values, row.hidden) == (default, values, hidden)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Range: 100 - 999999\n", 100, 999999),
        ("Range: -10 - 10.5\n", -10, 10.5),
        ("Default: nullRange: 1 to 4", 1, 4),
        ("100 - 999999\n", 100, 999999),
        ("Min: 1\nMax: 8\n", 1, 8),
        ("Minimum: 0Maximum: 1", 0, 1),
        ("Max: 5 of them\n", None, None),
    ],
)
def test_ranges_are_read(text, low, high):
    """With a label or without; a number in a sentence is none."""
    row = read_one("noptional\nnumber\n\nA number\n" + text)
    assert (row.low, row.high) == (low, high)


def test_a_text_with_quotes_in_it_ends_before_the_next_row():
    """It is the default, and no parameter is lost."""
    rows = read_rows('aoptionalstringWords\n"say "hi" there"seedoptionalinteger')
    assert [(row.name, row.default) for row in rows] == [
        ("a", 'say "hi" there'),
        ("seed", UNSTATED),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "The prompt is required string",
        '"Quoted" words to begin with',
        "50 steps are usual",
        "Words, and (more) words.",
        "optional",
        "nullable values are fine",
    ],
)
def test_other_lines_describe(line):
    """A sentence is no row and no value, whatever it begins with."""
    row = read_one(f"noptional\nnumber\n\n{line}\nmore\n")
    assert row.description == f"{line} more"
    assert row.default is UNSTATED


def test_words_before_the_first_row_are_left_out():
    """A table may have an introduction."""
    assert read_one("All of them.\n5\nnoptionalnumber\n").description == ""


@pytest.mark.parametrize(
    ("known", "names", "default"),
    [((), ["a", "seed"], None), (("nullseed",), ["a", "nullseed"], UNSTATED)],
)
def test_a_value_may_stand_before_a_name(known, names, default):
    """`nullseed` is null and `seed`, unless the samples send a `nullseed`."""
    rows = read_rows("aoptionalstringWords\nnullseedoptionalinteger", dict.fromkeys(known, ()))
    assert [row.name for row in rows] == names
    assert rows[0].default is default


def test_titles_of_variants_are_no_parameters():
    """They come below a parameter of any type, with spaces and capital letters."""
    rows = read_rows(
        "paletteoptionalany | anyColours\nPreset PaletteoptionalanynamerequiredstringNone\n"
        "Customoptionalanymembersrequiredobject[]Sizeoptionalnumber",
        {"Size": []},
    )
    assert [(row.name, row.is_title) for row in rows] == [
        ("palette", False),
        ("Preset Palette", True),
        ("name", False),
        ("Custom", True),
        ("members", False),
        ("Size", False),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("sizerequiredvec3Words", 1),
        ("noptionalnumber\n\nsizerequired\nvec3\n", 3),
        ("sizeoptional\ntuple[int]\n", 1),
    ],
)
def test_a_type_that_is_not_known_is_told_with_its_line(text, line):
    """A row that is passed over would be a parameter less."""
    with pytest.raises(UnknownRowError) as caught:
        read_rows(text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        "aoptionalstring\n" + "null" * 40_000 + "x",
        "aoptionalinteger\nAllowed values :\n" + "123456789" * 3 + "\n",
        "aoptionalany\n" + "Title words " * 15_000,
        "aoptionalstring\n" + '"a b ' * 40_000,
        "aoptionalstring" * 400,
    ],
)
def test_hostile_tables_are_read(text):
    """None takes long, or ends in a traceback."""
    assert read_rows(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("aoptionalstring\n" * 600, "more than 500 parameters"),
        ("aoptionalstring\n" + "[1,\n" * 2_000, "more than 1000 brackets that do not close"),
    ],
)
def test_a_table_without_end_is_refused(text, words):
    """No model has so many parameters."""
    with pytest.raises(SourceError, match=words):
        read_rows(text)


PIECES = st.sampled_from(
    [
        *(
            "a",
            "prompt",
            "required",
            "optional",
            "string",
            "any",
            " | ",
            "\n",
            '"',
            "5",
            "null",
            " ",
        ),
        *(
            "+3 more",
            "Default: ",
            "Allowed values :",
            "Range: 1 - 2",
            "One of:",
            "[",
            "{",
            "Title A",
        ),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_table_is_read_or_refused(text):
    """Rows or a refusal in one line, whatever stands there."""
    refused = find_refusal(read_rows, text)
    assert refused is None or "\n" not in refused
