"""Parameters are read as they are meant, where they have no right type as they stand."""

from base64 import b64encode, encodebytes
from copy import deepcopy

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.lenient_reader import LenientReader

INTEGER, NUMBER, TEXT, FLAG = ({"type": t} for t in ("integer", "number", "string", "boolean"))
URI = {"type": "string", "format": "uri", "pattern": "^[A-Za-z][A-Za-z0-9+.-]*:"}
FILE = b64encode(b"this stands for a picture").decode()


def read(schema, value):
    """Return a parameter as it is read, and where a number was a text."""
    reading = LenientReader({"properties": {"a": schema}}).read({"a": value})
    return reading.params.get("a", "left out"), reading.numbers_as_text


@pytest.mark.fact("P1")
@pytest.mark.parametrize(
    ("schema", "value", "meant"),
    [
        (INTEGER, "8", 8),
        (INTEGER, "7.5", 7.5),
        (NUMBER, "7.5", 7.5),
        (NUMBER, "1e3", 1000),
        (FLAG, "True", True),
        (FLAG, "false", False),
        ({"type": ["integer", "null"]}, "4711", 4711),
        ({"type": ["boolean", "integer"]}, "true", True),
        ({"enum": [5, 10]}, "5", 5),
        ({"enum": [5, None]}, "7", 7),
        ({"oneOf": [{"type": "integer"}, {"type": "null"}]}, "8", 8),
    ],
)
def test_a_text_is_read_as_what_it_spells(schema, value, meant):
    """A number or boolean that came as text is what it spells, and is named."""
    assert read(schema, value) == (meant, ("a",))


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        *((INTEGER, text) for text in ("", " 8", "8 ", "abc", "NaN", "Infinity", "null", "9" * 41)),
        *((FLAG, text) for text in ("", "yes", "1", "TRUE")),
        *((FLAG, number) for number in (0, 1)),
        *((INTEGER, other) for other in (True, [8], {"b": 8}, 7.5)),
        *((TEXT, other) for other in (7, True, ["7"], "8", "true")),
        ({"type": ["integer", "string"]}, "8"),
        ({"oneOf": [INTEGER, TEXT]}, "8"),
        ({}, "8"),
        (True, "8"),
        ({"type": "array", "items": INTEGER}, "8"),
        ({"enum": ["5", "10"]}, 7),
    ],
)
def test_what_spells_nothing_or_is_right_stays_as_it_is(schema, value):
    """Nothing is guessed: what is left is judged by the schema's word."""
    assert read(schema, value) == (value, ())


@pytest.mark.fact("P1")
def test_numbers_in_lists_and_objects_are_read_where_they_are_described():
    """The place of each is named as a sentence about it would name it."""
    member = {"properties": {"weight": NUMBER, "colour": TEXT}}
    palette = {
        "oneOf": [{"properties": {"name": TEXT}}, {"properties": {"members": {"items": member}}}]
    }
    reader = LenientReader({"properties": {"palette": palette, "sizes": {"items": INTEGER}}})
    sent = {
        "palette": {"members": [{"weight": "0.5", "colour": "7"}, {"weight": 1, "more": "8"}]},
        "sizes": ["1", 2, "x"],
        "other": ["1"],
    }
    kept = deepcopy(sent)
    read, named = reader.read(sent)
    assert read == {
        "palette": {"members": [{"weight": 0.5, "colour": "7"}, {"weight": 1, "more": "8"}]},
        "sizes": [1, 2, "x"],
        "other": ["1"],
    }
    assert named == ("palette.members[0].weight", "sizes[0]")
    assert sent == kept


@pytest.mark.fact("P1")
@pytest.mark.parametrize("value", [5, 5.0])
def test_a_number_is_a_text_where_texts_are_listed(value):
    """The value that is listed passes in either form, and nothing is to be remarked."""
    assert read({"type": "string", "enum": ["5", "10"]}, value) == ("5", ())


@pytest.mark.fact("P2")
@pytest.mark.parametrize("schema", [INTEGER, TEXT, {"enum": ["a"]}, {"anyOf": [TEXT, FLAG]}])
def test_null_is_as_if_nothing_had_been_sent(schema):
    """A parameter that does not take null is left out, at the top and in objects."""
    assert read(schema, None) == ("left out", ())
    assert read({"properties": {"b": schema}}, {"b": None, "c": None}) == ({"c": None}, ())


@pytest.mark.parametrize("schema", [{}, {"type": ["integer", "null"]}, {"enum": ["a", None]}])
def test_null_stays_where_it_is_a_value(schema):
    """A parameter that takes null has been given it."""
    assert read(schema, None) == (None, ())


def test_null_stays_among_the_items_of_a_list():
    """An item is not left out, for that would move the others."""
    assert read({"items": INTEGER}, [None, "1"]) == ([None, 1], ("a[1]",))


@pytest.mark.fact("P3")
@pytest.mark.parametrize(
    "file",
    [FILE, FILE + "\n", encodebytes(b"picture" * 40).decode(), b64encode(b"x" * 12).decode()],
)
def test_a_file_in_bare_base64_is_as_good_as_a_data_url(file):
    """Where an address is wanted, a whole text in base64 is read as the file itself."""
    taken, named = read(URI, file)
    assert jsonschema_rs.validator_for(URI).is_valid(taken)
    assert taken.endswith(file)
    assert named == ()
    assert read({"type": "array", "items": URI}, [file])[0] == [taken]


@pytest.mark.parametrize(
    "text",
    [
        *("", "in.png", "/bg-removal.jpg", "images/cat.png", "not a url", "aGVsbG8=", "(base64)"),
        *("https://example.com/a.png", f"data:image/png;base64,{FILE}", FILE[:-1], f"{FILE[:-1]}é"),
        *("A" * 13 + "===", f"=={FILE}", "-_" * 8),
    ],
)
def test_other_texts_are_no_files(text):
    """Paths, words, addresses and what is cut stay as they are."""
    assert read(URI, text) == (text, ())
    assert read(TEXT, FILE) == (FILE, ())


def test_of_very_many_numbers_as_text_some_are_named():
    """However many there are, all are read, and the first of them named."""
    taken, named = read({"items": INTEGER}, ["7"] * 90_000)
    assert taken == [7] * 90_000
    assert named == tuple(f"a[{at}]" for at in range(64))


@pytest.mark.parametrize(
    "value",
    ["9" * 100_000, "1e" + "9" * 100_000, "x" * 10**6, [[["8"] * 10] * 10] * 10, 10**5000],
    ids=["digits", "exponent", "letters", "deep", "huge"],
)
def test_hostile_values_stay_as_they_are(value):
    """What is too long to be a number is none, and depth that nobody described is not looked at."""
    assert read(INTEGER, value) == (value, ())


def test_names_that_are_not_described_are_not_kept():
    """Whatever a client makes up leaves nothing behind."""
    reader = LenientReader({"properties": {"a": INTEGER}})
    for name in map(str, range(100)):
        reader.read({name: "8"})
    assert reader.read({"a": "8", "x": "8"}).params == {"a": 8, "x": "8"}
    assert len(vars(reader._root)["_members"]) == 1


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(["", "1", "2.5", "true", "x", 0.5, FILE])
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)
kinds = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
schemas = st.recursive(
    st.fixed_dictionaries({}, optional={"type": kinds | st.lists(kinds, min_size=1, unique=True)})
    | st.fixed_dictionaries({"enum": st.lists(scalars, min_size=1, max_size=3)})
    | st.sampled_from([URI, {"minLength": 2}, {"maximum": 2}]),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
            "items": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=3),
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "type": kinds,
        },
    ),
    max_leaves=8,
)


@given(schemas, values)
def test_what_a_schema_takes_it_still_takes_when_it_is_read(schema, value):
    """Reading repairs and never breaks, changes nothing that came, and once is enough."""
    whole = {"properties": {"a": schema}}
    takes = jsonschema_rs.validator_for(whole).is_valid
    sent = {"a": value}
    kept = deepcopy(sent)
    read = LenientReader(whole).read(sent).params
    assert sent == kept
    assert takes(read) or not takes(sent)
    again = LenientReader(whole).read(read)
    assert (again.params, again.numbers_as_text) == (read, ())
