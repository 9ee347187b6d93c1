"""Pictures among the parameters of a run."""

import json
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.files import find_data_dir
from mockserver.rules.source_pictures import (
    OwnFile,
    decode_picture,
    list_texts,
    may_hold_picture,
    parse_own_file,
)

MEDIA = find_data_dir("fixtures") / "media"
FILES = {kind: (MEDIA / f"input.{kind}").read_bytes() for kind in ("png", "jpg", "webp")}
ID = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize(
    "head", ["data:image/png;base64,", "DATA:image/x-y;a=b;BASE64,", "data:image/jpeg;x=1;base64,"]
)
def test_a_data_url_holds_a_picture(kind, head):
    """Whatever it says of the kind."""
    assert decode_picture(head + b64encode(FILES[kind]).decode()) == FILES[kind]


@pytest.mark.parametrize("kind", FILES)
def test_bare_base64_holds_a_picture(kind):
    """Its beginning tells."""
    assert decode_picture(b64encode(FILES[kind]).decode()) == FILES[kind]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A paper boat",
        "https://example.com/a.png",
        "data:image/png,abc",
        "data:text/plain;base64,aGk=",
        "data:image/png;base64,a",
        "data:image/png;base64,é",
        f"data:image/{'x' * 999};base64,aGk=",
        "data:image/png;base64," + "A" * 12 * 1024 * 1024,
    ],
)
def test_what_is_no_picture_is_nothing(text):
    """Nor is what is too long, or no base64."""
    assert decode_picture(text) == b""


@given(st.text())
def test_any_text_is_read_without_an_error(text):
    """Behind the head of a data URL too."""
    assert isinstance(decode_picture(text), bytes)
    assert isinstance(decode_picture(f"data:image/png;base64,{text}"), bytes)
    assert parse_own_file(text) is None


@pytest.mark.parametrize(
    "encode", [json.dumps, lambda value: json.dumps(value).replace("/", "\\/")]
)
@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("head", ["", "data:image/png;base64,"])
def test_a_body_with_a_picture_is_seen_to_have_one(encode, kind, head):
    """However its slashes are escaped."""
    text = head + b64encode(FILES[kind]).decode()
    assert may_hold_picture(encode({"prompt": "a", "image": text}).encode())


@pytest.mark.parametrize("kind", FILES)
def test_a_form_with_a_picture_is_seen_to_have_one(kind):
    """Its bytes are in the body as they are."""
    assert may_hold_picture(
        b'--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n' + FILES[kind]
    )


def test_an_ordinary_body_has_none():
    """Be it long or short."""
    assert not may_hold_picture(b'{"prompt": "A paper boat"}')
    assert not may_hold_picture(b'{"prompt": "%s"}' % (b"A paper boat " * 999))


def test_texts_are_found_in_the_order_of_the_names_and_few_of_them():
    """In lists too; what is no text is passed over."""
    params = {"a": ["1", 2, "3"], "b": "4", "c": None, "d": {"e": "5"}, "f": ["6"] * 9}
    assert list_texts(params, ("b", "a", "c", "d", "z")) == ["4", "1", "3"]
    assert list_texts(params, ("f",)) == ["6"] * 4
    assert list_texts({"prompt": "x"}, ()) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"http://127.0.0.1:8765/outputs/{ID}.png", OwnFile("outputs", ID)),
        (f"https://images.segmind.com/outputs/{ID}.webp", OwnFile("outputs", ID)),
        (f"http://h/assets/{ID}.jpg", OwnFile("assets", ID)),
        (f"http://h/outputs/{ID}-2.png", OwnFile("outputs", ID, 2)),
        (f"http://h/outputs/{ID}-16.jpg", OwnFile("outputs", ID, 16)),
        (f"http://h/outputs/{ID}-1.png", None),
        (f"http://h/outputs/{ID}-.png", None),
        (f"http://h/assets/{ID}", None),
        (f"http://h/v2/requests/{ID}.png", None),
        (f"http://h/outputs/x{ID}.png", None),
        (f"/outputs/{ID}.png", None),
        (f"file:///outputs/{ID}.png", None),
        (f"http://{'h' * 400}/outputs/{ID}.png", None),
    ],
)
def test_an_address_of_our_own_is_known_by_its_path(text, wanted):
    """Whatever the host: a server has many names."""
    assert parse_own_file(text) == wanted
