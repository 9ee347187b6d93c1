"""A body is one JSON object in UTF-8 or a form, or it is refused with the reason."""

import gzip
import json
import tempfile
import zlib
from hashlib import sha256
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.base.bounds import MAX_DEPTH, MAX_PARTS, MAX_VALUES
from mockserver.base.errors import ApiError
from mockserver.base.wire import Request
from mockserver.contract.catalogue import Catalogue
from mockserver.gateway import request_body
from mockserver.gateway.request_body import parse_params

MODELS = Catalogue().models
JSON = b"application/json"
FORM = b"multipart/form-data; boundary=edge"
TOO_DEEP = f"it is nested more than {MAX_DEPTH} levels deep"


class Pairs(tuple):
    """A JSON object as its members in order, so that a key can be there twice."""

    __slots__ = ()


def make_objects(values):
    """Make JSON objects with these values."""
    return st.dictionaries(texts, values, max_size=3)


def make_members(values):
    """Make JSON objects, member by member, with these values."""
    return st.lists(st.tuples(keys, values), max_size=3).map(Pairs)


def make_values(make_object):
    """Make JSON values out of scalars, arrays and objects made so."""
    return st.recursive(
        scalars, lambda values: st.lists(values, max_size=3) | make_object(values), max_leaves=9
    )


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
keys = st.tuples(st.sampled_from(["a", "b", ":", '":"', '{"a":1', "\\"]) | texts, st.booleans())
numbers = st.integers(-(10**40), 10**40) | st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | numbers | texts
json_objects = make_objects(make_values(make_objects))
trees = make_members(make_values(make_members))


def make_request(body, header=JSON, **headers):
    """Return a request with this body and Content-Type, and other headers by name."""
    others = {name.replace("_", "-").encode(): value for name, value in headers.items()}
    return Request(method="POST", path="/", headers={b"content-type": header, **others}, body=body)


def read(body, header=JSON, slug="ideogram-3"):
    """Return the parameters in a body, which the JSON beside them must say as well."""
    params, payload = parse_params(make_request(body, header), MODELS[slug])
    assert json.loads(payload) == params
    return params


def find_refusal(body, header=JSON, slug="ideogram-3", **headers):
    """Return the reason for which a body is refused."""
    with pytest.raises(ApiError) as refused:
        parse_params(make_request(body, header, **headers), MODELS[slug])
    assert refused.value.row == "malformed_body"
    return refused.value.values["reason"]


def attempt(body, header):
    """Return the parameters in a body, or the row of the error that refuses it."""
    try:
        return read(body, header)
    except ApiError as error:
        return error.row


def render_tree(tree):
    """Write a tree as JSON; keys that are marked are written in escapes alone."""
    if isinstance(tree, Pairs):
        members = (f"{_render_key(*key)} :{render_tree(value)}" for key, value in tree)
        return "{" + ", ".join(members) + "}"
    if isinstance(tree, list):
        return "[" + ",".join(map(render_tree, tree)) + "]"
    return json.dumps(tree)


def _render_key(text, is_escaped):
    units = text.encode("utf-16-be").hex()
    escapes = "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
    return f'"{escapes}"' if is_escaped else json.dumps(text, ensure_ascii=False)


def is_doubled(tree):
    """Tell whether any object of a tree has a key twice."""
    if isinstance(tree, Pairs):
        names = [text for (text, _), _ in tree]
        return len(set(names)) < len(names) or any(is_doubled(value) for _, value in tree)
    return isinstance(tree, list) and any(map(is_doubled, tree))


def make_value(tree):
    """Return a tree as a JSON value."""
    if isinstance(tree, Pairs):
        return {text: make_value(value) for (text, _), value in tree}
    return [make_value(value) for value in tree] if isinstance(tree, list) else tree


def make_form(*parts, end=b"--edge--\r\n"):
    """Return a multipart body of pairs of disposition and content."""
    written = (
        b"--edge\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % part for part in parts
    )
    return b"".join(written) + end


def make_field(name, value):
    """Return a part of a form: a field of this name."""
    return b'name="%s"' % name, value


# --- JSON ---------------------------------------------------------------------------------


@given(json_objects)
def test_any_json_object_is_read_as_it_is(value):
    """Whatever JSON object a client sends comes back equal, in either way of writing text."""
    assert read(json.dumps(value).encode()) == value
    assert read(json.dumps(value, ensure_ascii=False, indent=1).encode()) == value


@given(json_objects)
def test_the_payload_is_the_body_itself(value):
    """A JSON body is kept byte for byte, not written again."""
    body = json.dumps(value, indent=1).encode()
    assert parse_params(make_request(body), MODELS["ideogram-3"])[1] is body


@pytest.mark.fact("E2")
@given(trees)
@example(Pairs([(("a", False), 1), (("a", True), 2)]))
@example(Pairs([(("a:", False), [Pairs([(("b", False), ":"), (("b", False), 1)])])]))
@example(Pairs([(("a", False), 1), (("b", False), "a"), (("c", False), '"a":1,"a":2')]))
def test_a_key_that_is_there_twice_is_refused_at_any_depth(tree):
    """A body is refused exactly if one of its objects, at whatever depth, has a key twice."""
    body = render_tree(tree).encode()
    if is_doubled(tree):
        assert "is there more than once" in find_refusal(body)
    else:
        assert read(body) == make_value(tree)


@pytest.mark.fact("E2")
@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b'{"a":1,"a":2}', "a"),
        (b'{"a":1,"\\u0061":1}', "a"),
        (b'{"x":{"b":[{"a":1,"a":1}]}}', "a"),
        (b'{"a":1,"a":1,"b":":"}', "a"),
        (b'{"a:\\"":1,"a:\\"":1}', 'a:"'),
        (b'{"":1,"":1}', ""),
        (b'{"b":1,"a":1,"c":1,"a":1}', "a"),
        (b'{"%s":1,"%s":1}' % ((b"k" * 99,) * 2), "k" * 80 + "…"),
    ],
)
def test_the_key_that_is_there_twice_is_named(body, key):
    """The refusal names the doubled key, and no more of it than is readable."""
    assert find_refusal(body) == f"the key '{key}' is there more than once"


@pytest.mark.fact("E2")
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"[]", "an array"),
        (b'[{"prompt":"a"}]', "an array"),
        (b'"prompt"', "a string"),
        (b"null", "null"),
        (b"true", "a boolean"),
        (b"7", "a number"),
        (b"7.5", "a number"),
    ],
)
def test_json_that_is_no_object_is_refused_by_its_kind(body, kind):
    """A body that is JSON but no object is told what it is."""
    assert find_refusal(body) == f"it is {kind}; send a JSON object"


@pytest.mark.fact("E2")
@pytest.mark.parametrize("body", [b"", b" ", b"\r\n\t "])
def test_an_empty_body_is_refused(body):
    """Nothing, or white space alone, is told to be empty."""
    assert find_refusal(body) == "it is empty; send a JSON object"


@pytest.mark.fact("E2")
@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"prompt=a",
        b"{'a':1}",
        b'{"a":1,}',
        b'{"a":1} x',
        b'{"a":1}{"b":2}',
        b'{"a":01}',
        b'{"a":1.}',
        b'{"a":.5}',
        b'{"a":+1}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":1e999}',
        b'{"a":-1e999}',
        b'{"a":%s}' % (b"9" * 5000),
        b'{"a":":","b":%s}' % (b"9" * 5000),
        b'{"a":"\n"}',
        b'{"a":"\x00"}',
        b'{"a":"\\x"}',
        b'\xc2\xa0{"a":1}',
        b'{"a":1} \xff',
        b'// a\n{"a":1}',
    ],
    ids=lambda body: ascii(body[:24]),
)
def test_what_is_no_json_is_refused(body):
    """Anything that the JSON standard does not allow is refused."""
    assert find_refusal(body).startswith("it is not valid JSON: ")


@pytest.mark.fact("E2")
@pytest.mark.parametrize(
    ("body", "at"),
    [
        (b'{"a":"\xe9"}', 6),
        (b'{"a":"abc\xe9"}', 9),
        (b'{"\xff":1}', 2),
        (b'{"a":"\xed\xa0\x80"}', 6),
        (b'{"a":"\xc0\xaf"}', 6),
    ],
)
def test_a_byte_that_is_not_utf_8_is_told_by_its_place_in_the_body(body, at):
    """A string that is not UTF-8 is refused with the place of the first wrong byte."""
    assert find_refusal(body) == f"byte {at} is not UTF-8"


@pytest.mark.fact("E2b")
@pytest.mark.parametrize(
    ("body", "headers", "words"),
    [
        ('{"a":1}'.encode("utf-16"), {}, "it is UTF-16; send UTF-8"),
        ('{"a":1}'.encode("utf-16-le"), {}, "it is UTF-16; send UTF-8"),
        ('{"a":1}'.encode("utf-16-be"), {}, "it is UTF-16; send UTF-8"),
        ('{"a":1}'.encode("utf-32"), {}, "it is UTF-32; send UTF-8"),
        (
            gzip.compress(b'{"a":1}', mtime=0),
            {},
            "it is compressed with gzip; send it uncompressed",
        ),
        (zlib.compress(b'{"a":1}'), {}, "it is compressed with deflate; send it uncompressed"),
        (b"\x28\xb5\x2f\xfd\x00", {}, "it is compressed with zstd; send it uncompressed"),
        (
            b"\x8b\x03\x80",
            {"content_encoding": b" BR"},
            "it came with Content-Encoding 'br'; send it uncompressed",
        ),
        (
            gzip.compress(b"{}", mtime=0),
            {"content_encoding": b"gzip"},
            "it came with Content-Encoding 'gzip'; send it uncompressed",
        ),
        (b"", {"content_encoding": b"gzip"}, "it is empty; send a JSON object"),
        (b"{", {"content_encoding": b"identity"}, "it is not valid JSON: "),
    ],
)
def test_a_body_that_is_something_else_is_named(body, headers, words):
    """Text that is not UTF-8, and what was compressed, are refused by what they are."""
    assert find_refusal(body, **headers).startswith(words)


@pytest.mark.fact("E2b")
def test_a_form_that_is_compressed_is_named():
    """A compressed form is told to be compressed, too."""
    body = gzip.compress(make_form(make_field(b"prompt", b"a")))
    assert find_refusal(body, FORM) == "it is compressed with gzip; send it uncompressed"


@pytest.mark.fact("E2b")
def test_a_byte_order_mark_is_ignored():
    """A body may begin with a byte order mark (RFC 8259, 8.1), which is no part of the payload."""
    params, payload = parse_params(make_request(b'\xef\xbb\xbf{"a":1}'), MODELS["ideogram-3"])
    assert (params, payload) == ({"a": 1}, b'{"a":1}')
    assert find_refusal(b"\xef\xbb\xbf") == "it is empty; send a JSON object"
    assert "not valid JSON" in find_refusal(b'\xef\xbb\xbf\xef\xbb\xbf{"a":1}')


HALVES = st.sampled_from(["d800", "dbff", "dc00", "dfff", "D83D", "dE00"])
ESCAPES = st.sampled_from(["\\\\", '\\"', "\\n", "\\u0041", "\\ud83d\\ude00", "u", "d800", "é"])


@pytest.mark.fact("E2")
@given(
    before=st.lists(ESCAPES).map("".join),
    half=HALVES,
    after=st.sampled_from(["", "x", "\\n"]),
    stretch=st.integers(13, 60) | st.just(request_body._STRETCH),
)
@example("", "d800", " and more than six", 64)
@example("", "d800", "\\u0041", 64)
@example("x" * 7, "d800", "", 13)
def test_half_a_character_is_told_by_its_place(before, half, after, stretch):
    """An escaped surrogate without its other half is named, whatever stands before and behind."""
    head = f'{{"{before}":"{before}'.encode()
    with patch.object(request_body, "_STRETCH", stretch):
        reason = find_refusal(head + f'\\u{half}{after}"}}'.encode())
    assert reason == (
        f"\\u{half} at byte {len(head)} is half a character (a lone surrogate), "
        "as JavaScript's slice leaves one; send whole characters"
    )


@pytest.mark.fact("E2")
@pytest.mark.parametrize(
    "body", [b'{"a":"\\ud800}', b'{"a":\\ud800}', b'{"a":"\\ud800","b"}', b'["\\ud80"]']
)
def test_half_a_character_is_not_blamed_for_other_mistakes(body):
    """Where the JSON would be broken anyhow, the reader's own reason is told."""
    assert find_refusal(body).startswith("it is not valid JSON: ")


MANY = f"it has more than {MAX_VALUES:,} values, counted at all levels"


@pytest.mark.fact("E2b")
@pytest.mark.parametrize(
    ("element", "weight"),
    [
        (b"1", 1),
        (b"[]", 1),
        (b"{ }", 1),
        (b"[1]", 2),
        (b'{"a":1}', 2),
        (b'"a"', 1),
        (b'"\\""', 1),
        (b'{"a":"b","c":[{}," ,"]}', 5),
    ],
)
def test_a_body_of_too_many_values_is_refused_before_it_is_read(element, weight):
    """Values are counted to the one, however they are written; the list itself is one of them."""
    most = (MAX_VALUES - 1) // weight
    body = b'{"a":[%s' % b",".join([element] * most)
    assert len(read(body + b"]}")["a"]) == most
    assert find_refusal(body + b",1" * weight + b"]}") == MANY


@pytest.mark.fact("E2b")
def test_only_values_are_counted():
    """Commas, brackets and quotes in a text are no values, however many there are."""
    for text in (b",[{", b'\\"', b'\\\\\\",', b"\\\\"):
        assert len(read(b'{"a":"%s"}' % (text * MAX_VALUES))["a"]) >= MAX_VALUES
    assert find_refusal(b'{"a":"b' + b'"' * 5 * MAX_VALUES + b",[" * MAX_VALUES) == MANY


@pytest.mark.fact("E2", "E2b")
@pytest.mark.parametrize("levels", [101, 200, 900, 90_000])
@pytest.mark.parametrize(
    ("opening", "closing"),
    [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]"), (b'{"a":[', b"]}"), (b"[", b"")],
)
def test_a_body_that_is_nested_too_deep_is_refused(levels, opening, closing):
    """However it is nested, a body of more than a hundred levels is told so or told unfinished."""
    times = levels // (opening.count(b"[") + opening.count(b"{"))
    reason = find_refusal(b'{"a":' + opening * times + b"1" + closing * times + b"}")
    assert reason == TOO_DEEP or (not closing and "not valid JSON" in reason)


@pytest.mark.fact("E2")
@pytest.mark.parametrize("pair", [(b"[", b"]"), (b'{"a":', b"}")])
def test_the_interpreters_own_limit_does_not_show(pair):
    """About where Python itself gives up, a body is refused as it is below and above."""
    opening, closing = pair
    for levels in range(700, 1100):
        assert (
            find_refusal(b'{"a":' + opening * levels + b"1" + closing * levels + b"}") == TOO_DEEP
        )


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":' + b"[" * 99 + b"]" * 99 + b"}",
        b'{"a":' * 100 + b"1" + b"}" * 100,
        b'{"b":[],"a":' + b"[" * 99 + b"]" * 99 + b"}",
        b'{"a":[%s]}' % b",".join([b"[]"] * 500),
        b'{"a":"%s"}' % (b"[{" * 500),
    ],
    ids=["arrays", "objects", "one more bracket", "side by side", "text"],
)
def test_a_body_that_only_has_many_brackets_is_read(body):
    """A hundred levels are allowed, and brackets side by side or in text are no levels."""
    assert read(body) == json.loads(body)


@pytest.mark.parametrize(
    "body",
    [b'{"a":1e308}', b'{"a":1e-999}', b'{"a":-0.0}', b'{"a":%s}' % (b"9" * 4000)],
    ids=lambda body: ascii(body[:24]),
)
def test_numbers_are_read_as_far_as_they_reach(body):
    """A number that is large but finite, or too small to be told from zero, is a number."""
    assert read(body) == json.loads(body)


# --- Content types ------------------------------------------------------------------------


@pytest.mark.parametrize("charset", [b"utf-8", b"UTF-8", b'"utf8"', b"ascii", b"us-ascii", b""])
def test_a_charset_that_is_utf_8_is_accepted(charset):
    """UTF-8 by any of its names, and ASCII, which is a part of it, change nothing."""
    assert read(b'{"a":1}', JSON + b"; charset=" + charset) == {"a": 1}


@pytest.mark.fact("E2")
@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "utf-7", "x" * 99])
def test_another_charset_is_refused_by_its_name(charset):
    """A charset that is not UTF-8 is refused, and named as far as is readable."""
    reason = find_refusal(b'{"a":1}', JSON + b"; charset=" + charset.encode())
    assert reason == f"charset '{charset[:40]}' is not UTF-8"


# --- Forms --------------------------------------------------------------------------------


@pytest.mark.fact("E3")
def test_form_fields_are_read_by_the_schemas_types():
    """Fields of a form, which are all text, become what the model declares them to be."""
    body = make_form(
        make_field(b"prompt", b"123"),
        make_field(b"seed", b"4711"),
        make_field(b"aspect_ratio", b"null"),
        make_field(b"style_codes", b'["a", "b"]'),
        make_field(b"color_palette", b'{"name": "EMBER"}'),
        make_field(b"unheard_of", b"7"),
    )
    assert read(body, FORM) == {
        "prompt": "123",
        "seed": 4711,
        "aspect_ratio": None,
        "style_codes": ["a", "b"],
        "color_palette": {"name": "EMBER"},
        "unheard_of": "7",
    }


@given(st.binary(max_size=300))
@example(b"")
@example(b"\r\n--edge-\r\n")
def test_an_uploaded_file_stands_as_the_hash_of_its_bytes(content):
    """A file part is a URI that names its bytes, so that equal uploads are equal parameters."""
    part = b'name="image_file"; filename="in.png"\r\nContent-Type: image/png', content
    body = make_form(make_field(b"prompt", b"a boat"), part)
    params = read(body, FORM, "ideogram-turbo-img-2-img")
    assert params["prompt"] == "a boat"
    assert params["image_file"] == f"urn:sha256:{sha256(content).hexdigest()}"


def test_an_uploaded_file_of_any_size_stays_in_memory(monkeypatch, tmp_path):
    """Reading a form needs no disk, however large its files are."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    content = b"\x00\xff" * 1024 * 1024
    body = make_form((b'name="image_file"; filename="in.png"', content))
    params = read(body, FORM, "ideogram-turbo-img-2-img")
    assert params["image_file"] == f"urn:sha256:{sha256(content).hexdigest()}"


ODD_FORMS = [
    (b"multipart/form-data", make_form(make_field(b"prompt", b"a"))),
    (b"multipart/form-data; boundary=other", make_form(make_field(b"prompt", b"a"))),
    (FORM, b'{"prompt":"a"}'),
    (FORM, b"before\r\n" + make_form(make_field(b"prompt", b"a"))),
    (FORM, make_form((b'filename="a.png"', b"a"))),
    (FORM, b"--edge\r\n\r\na\r\n--edge--\r\n"),
    (FORM, make_form((b'name="f"; filename="f"\r\nContent-Transfer-Encoding: base64', b"!"))),
]
"""Content types with bodies that break what they say."""


@pytest.mark.fact("E2")
@pytest.mark.parametrize(("header", "body"), ODD_FORMS)
def test_a_form_that_is_none_is_refused(header, body):
    """A form without a boundary, or that breaks it, or whose parts have no names is malformed."""
    assert find_refusal(body, header).startswith("it is not valid multipart: ")


@pytest.mark.parametrize(
    ("header", "body"),
    [
        *ODD_FORMS,
        (FORM, make_form((b'name="f"; filename="f"\r\nContent-Transfer-Encoding: SG_key', b"!"))),
        (FORM, make_form(make_field(b"prompt", b"a")) + b"and more"),
        (FORM, make_form(make_field(b"prompt", b"a")).replace(b"\r\n", b"\n")),
    ],
)
def test_nothing_in_a_form_is_logged(caplog, header, body):
    """What is odd about a form is said to its sender, and to nobody else."""
    attempt(body, header)
    assert caplog.records == []


@pytest.mark.fact("E2")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--edge",
        make_form(make_field(b"prompt", b"a"), end=b""),
        make_form(make_field(b"prompt", b"a"), make_field(b"seed", b"123"), end=b"")[:-4],
    ],
    ids=["nothing", "no part", "no closing boundary", "half a field"],
)
def test_a_form_that_is_cut_off_is_refused(body):
    """A form without its closing boundary is malformed: its last field cannot be trusted."""
    assert find_refusal(body, FORM).startswith("it is not valid multipart: ")


@pytest.mark.fact("E2")
@pytest.mark.parametrize("content", [b"\xff", "\ud800".encode("utf-8", "surrogatepass")])
def test_a_form_field_that_is_not_utf_8_is_refused(content):
    """Text in a form is UTF-8 like everywhere else."""
    assert (
        find_refusal(make_form(make_field(b"prompt", content)), FORM)
        == "a multipart field is not UTF-8"
    )
    assert (
        find_refusal(make_form(make_field(content, b"a")), FORM) == "a multipart field is not UTF-8"
    )


@pytest.mark.fact("E2")
def test_a_form_field_that_is_there_twice_is_refused():
    """A form is no more ambiguous than JSON: the same name twice is malformed."""
    body = make_form(make_field(b"prompt", b"a boat"), make_field(b"prompt", b"a cat"))
    assert find_refusal(body, FORM) == "the field 'prompt' is there more than once"


@pytest.mark.fact("E3d")
def test_fields_and_files_of_one_name_are_the_items_of_an_array():
    """An array's items come as parts of one name, in their order, texts and files alike."""
    part = b'name="style_codes"; filename="code.txt"', b"c"
    body = make_form(make_field(b"style_codes", b"a"), make_field(b"style_codes", b"b"), part)
    digest = sha256(b"c").hexdigest()
    assert read(body, FORM)["style_codes"] == ["a", "b", f"urn:sha256:{digest}"]
    assert read(make_form(part), FORM)["style_codes"] == [f"urn:sha256:{digest}"]


@pytest.mark.fact("E2b")
def test_a_form_of_too_many_parts_is_refused():
    """A form may have a thousand parts, fields and files together."""
    parts = [make_field(b"f%d" % index, b"1") for index in range(MAX_PARTS - 1)]
    parts.append((b'name="file"; filename="in.png"', b"1"))
    assert len(read(make_form(*parts), FORM)) == MAX_PARTS
    assert (
        find_refusal(make_form(*parts, make_field(b"one", b"1")), FORM)
        == "it has more than 1,000 parts"
    )


@pytest.mark.fact("E2")
@pytest.mark.parametrize(
    "value",
    [b'{"name":"EMBER","name":"MELON"}', b"[" * 101 + b"]" * 101, b"[" * 970 + b"]" * 970],
    ids=["doubled", "101 levels", "970 levels"],
)
def test_json_in_a_form_field_is_held_to_the_rules_of_a_body(value):
    """Doubled keys and a hundred levels are refused in a form field too."""
    reason = find_refusal(
        make_form(make_field(b"prompt", b"a"), make_field(b"color_palette", value)), FORM
    )
    assert reason == TOO_DEEP or "is there more than once" in reason


@pytest.mark.fact("E2")
@given(
    st.sampled_from([JSON, FORM, b"multipart/form-data; boundary=\xff"]),
    st.sampled_from(
        [b"", b'{"prompt":"a","b":[1]}', make_form(make_field(b"seed", b"1"), (b"name", b""))]
    ),
    st.integers(0, 60),
    st.binary() | st.sampled_from([b"\r\n", b"--edge", b"--edge--", b'"', b"{", b"\\u"]),
)
def test_any_bytes_are_parameters_or_malformed(header, body, at, inserted):
    """Whatever arrives is read or refused as malformed, and nothing else ever happens."""
    result = attempt(body[:at] + inserted + body[at:], header)
    assert isinstance(result, dict) or result == "malformed_body"
