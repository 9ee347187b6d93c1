"""Secrets that only what is around them tells, those in odd spellings, and what only looks so."""

import base64
import gzip
import json
import zlib
from resource import RUSAGE_SELF, getrusage

import pytest

from mockserver.recordings.redaction import RedactionSession, redact
from mockserver.recordings.said_secrets import find_said
from mockserver.tests.recordings.planting import (
    FORM,
    answer,
    encode_base64,
    find_secret,
    observe,
    send,
)
from mockserver.tests.recordings.recording import record

VALUE = "q7Zx9Kp2mV4nT8wL"
KEY = "pk.mine-7x9Q2w!z4"
HEX = "abcdef0123456789" * 4


def say(text, content_type="text/plain"):
    """Return an exchange whose answer says a text."""
    return answer(text, content_type)


def claim(**claims):
    """Return a JWT with some claims."""
    parts = ({"alg": "HS256"}, claims)
    encoded = (base64.urlsafe_b64encode(json.dumps(each).encode()).decode() for each in parts)
    return ".".join([*(each.rstrip("=") for each in encoded), "c2lnbmF0dXJlMTIzNDU2Nzg5MA"])


SAID = {
    "element": say(f"<Error><AWSAccessKeyId>{VALUE}</AWSAccessKeyId></Error>", "application/xml"),
    "cells": say(f"<tr><td>X-Api-Key</td>\n<td>{VALUE}</td></tr>", "text/html"),
    "definition": say(f"<dt>password</dt><dd>{VALUE}</dd>", "text/html"),
    "field, value first": say(f"<input value='{VALUE}' name='csrf_token'>", "text/html"),
    "meta": say(f'<meta name="csrf-token" content="{VALUE}">', "text/html"),
    "cookie in a page": say(f"<pre>Cookie: a=1; sid={VALUE}</pre>", "text/html"),
    "cookie that is set in a text": say(f"Set-Cookie: sid={VALUE}; Path=/"),
    "cookie in JSON": say(json.dumps({"headers": {"Cookie": f"a={VALUE}"}}), "application/json"),
    "cookie without a name": observe(request_headers=(("cookie", f"{VALUE}; a=1"),)),
    "set-cookie without a name": observe(headers=(("set-cookie", f"{VALUE}; Path=/"),)),
    "set-cookie2": observe(headers=(("set-cookie2", f"sid={VALUE}"),)),
    "pairs": say(json.dumps([["x-api-key", VALUE]]), "application/json"),
    "names and values": say(
        json.dumps([{"name": "x-api-key", "value": VALUE}]), "application/json"
    ),
    "several keys": say(json.dumps({"api_keys": ["a", VALUE]}), "application/json"),
    "object of a key": say(json.dumps({"api_key": {"value": VALUE}}), "application/json"),
    "pairs of bytes": say(f"[(b'x-api-key', b'{VALUE}')]"),
    "repr": say(f"{{'team': '{VALUE}'}}"),
    "JavaScript": say(f"{{password:'{VALUE}'}}", "application/json"),
    "comment in JSON": say(f'{{"a": 1 /* token={VALUE} */}}', "application/json"),
    "JSON cut in a string": say(f'{{"a": "token={VALUE}', "application/json"),
    "JSON behind a word": say(f'Debug: {{"team": "{VALUE}"}}'),
    "variable": say(f"DB_PASS={VALUE}"),
    "claim": say(claim(sub=VALUE)),
    "two keys in a header": observe(request_headers=(("x-api-key", f"SG_{'a' * 16}, {VALUE}"),)),
    "header authentication": observe(request_headers=(("authentication", VALUE),)),
    "user of a vendor": observe(request_headers=(("x-segmind-user-id", VALUE),)),
    "path of a token": observe(url=f"https://a.example/token/{VALUE}/x"),
    "path of a user": say(f"see https://a.example/users/{VALUE}/a.png"),
    "user of an encoded URL": send(f"image=https%3A%2F%2Fme%3A{VALUE}%40a.example%2Fx", FORM),
    "code": observe(url=f"https://a.example/cb?code={VALUE}"),
    "imgix": observe(url=f"https://a.imgix.net/b.png?w=1&s={VALUE}"),
    "Alibaba": observe(url=f"https://b.aliyuncs.com/o.png?OSSAccessKeyId={VALUE}&Signature=a1"),
    "Tencent": observe(url=f"https://b.myqcloud.com/o.png?q-ak={VALUE}&q-signature=a1"),
    "base64 of JSON": say(encode_base64(json.dumps({"password": VALUE}).encode())),
}
"""How it is told that a value is secret, by its place alone."""

TOLD_AGAIN = say(json.dumps({"error": f"no {VALUE} here"}), "application/json")


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_what_is_said_to_be_secret_survives_nowhere(tmp_path, said):
    """Not where it is said, nor where somebody repeats it."""
    record(tmp_path, TOLD_AGAIN, said, TOLD_AGAIN)
    assert find_secret(tmp_path, VALUE) is None


SHAPED = {
    "Cloudinary": ("s--8fqKd1-0--", "https://res.cloudinary.com/a/image/upload/{}/b.jpg"),
    "Telegram": (
        "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        "https://api.telegram.org/bot123456789:{}/a",
    ),
    "Slack": (
        "T00000000/B00000000/X7X7X7X7X7X7X7X7X7X7X7X7",
        "https://hooks.slack.com/services/{}",
    ),
    "Discord": (f"123456789012345678/{'aB3-' * 17}", "https://discord.com/api/webhooks/{}"),
    "key in small letters": ("sg_0123456789abcdef", "https://a.example/{}"),
    "IDN": ("jane7@xn--80a.xn--p1ai", "mailto:{}"),
    "quoted": ('"jane doe"@corp.example.com', "No access for {} here"),
    "address": ("jane7@[192.168.7.9]", "No access for {} here"),
    "Paraguay": ("jane7@corp.py", "No access for {} here"),
    "Cyrillic": ("яна@почта.рф", "No access for {} here"),
}


@pytest.mark.parametrize(("secret", "text"), SHAPED.values(), ids=SHAPED)
@pytest.mark.parametrize("content_type", ["text/plain", "application/json"])
def test_what_has_a_shape_survives_in_no_sentence(tmp_path, secret, text, content_type):
    """Also of those whose shape is an address around them."""
    said = text.format(secret)
    record(tmp_path, say(json.dumps({"a": said}) if "json" in content_type else said, content_type))
    assert find_secret(tmp_path, secret) is None
    assert json.dumps(secret)[1:-1].encode() not in b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    )


def widen(text):
    """Return ASCII in the width of Chinese characters."""
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


SPELLED = {
    "upper case": KEY.upper(),
    "lower case": KEY.lower(),
    "wide": widen(KEY),
    "zero-width spaces": "\u200b".join(KEY),
    "soft hyphen": f"{KEY[:7]}\u00ad{KEY[7:]}",
    "soft hyphen of HTML": f"{KEY[:7]}&shy;{KEY[7:]}",
    "chance for a break": f"{KEY[:7]}<wbr>{KEY[7:]}",
    "hexadecimal": KEY.encode().hex(),
    "hexadecimal, upper case": KEY.encode().hex().upper(),
}


@pytest.mark.parametrize("spelled", SPELLED.values(), ids=SPELLED)
@pytest.mark.parametrize("content_type", ["text/html", "application/json"])
def test_a_known_key_is_hidden_in_spellings_for_the_eye(tmp_path, spelled, content_type):
    """What a person would read as the key, or a program prints of it."""
    text = f"see {spelled} here"
    said = json.dumps({"a": text}) if "json" in content_type else text
    record(tmp_path, say(said, content_type), observe(request_headers=(("x-api-key", KEY),)))
    left = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"see key-1 here" in left


def test_a_known_key_is_hidden_in_base64_that_is_broken_into_lines(tmp_path):
    """As MIME and PEM have it, wherever the lines end."""
    keyed = observe(request_headers=(("x-api-key", KEY),))
    for before in range(40):
        encoded = base64.encodebytes(b"x" * before + f"{KEY} {'y ' * 40}".encode())
        folder = tmp_path / str(before)
        record(folder, keyed, say(encoded.decode()))
        left = b"".join(path.read_bytes() for path in (folder / "bodies").iterdir())
        assert KEY.encode() not in base64.b64decode(b"".join(left.split()) + b"==", validate=False)


PACKED = gzip.compress(f"{KEY} {' '.join(map(str, range(99)))}".encode())


@pytest.mark.parametrize(
    "packed",
    [
        answer(zlib.compress(f"see {KEY}".encode()), "application/octet-stream"),
        answer(
            zlib.compress(zlib.compress(f"see {KEY}".encode(), wbits=31)),
            "text/plain",
            headers=(("content-encoding", "gzip"), ("content-encoding", "deflate")),
        ),
        send(json.dumps({"file": encode_base64(PACKED)}), "application/json"),
        answer(f"see {KEY}".encode("utf-32"), "text/plain"),
        answer(b"\xff\xfe\xfd" + KEY.encode("utf-32-be"), "application/octet-stream"),
    ],
)
def test_a_known_key_is_in_nothing_that_is_packed(tmp_path, packed):
    """What cannot be looked into is left out, also where it is a string of JSON."""
    record(tmp_path, observe(request_headers=(("x-api-key", KEY),)), packed)
    left = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert find_secret(tmp_path, KEY) is None
    assert encode_base64(PACKED).encode() not in left
    assert KEY.encode("utf-32-be") not in left
    assert KEY.encode("utf-32-le") not in left


def test_the_number_of_an_account_is_the_same_as_a_float(tmp_path):
    """JavaScript and Lua know no other numbers."""
    record(tmp_path, say('{"user_id": 5512345.0}', "application/json"), say("user 5512345 is out"))
    assert find_secret(tmp_path, "5512345") is None


HARMLESS = {
    "parameters": {
        "max_tokens": 1024,
        "token_count": 77,
        "keyframes": "0:(1.0), 30:(1.5)",
        "color_key": "#00ff00",
        "author": "unknown",
        "seed": 18446744073709551615,
        "sampler_name": "dpmpp_2m_karras",
        "lora": "key-art-style-v2",
        "scheduler": "K_EULER_ANCESTRAL_2",
        "input_keys": ["prompt2", "image_url1"],
        "guidance_scale": 7.5,
    },
    "handles": {"prompt": "photo by @somebody_42, in the style of @artist.name7 --s 750"},
    "results": {
        "request_id": "0f8fad5bd9cd469fa16570867728950e",
        "output": "https://images.segmind.com/outputs/0f8fad5b-d9cd-469f-a165-70867728950e.png",
        "sha256": HEX,
        "etag": "5d41402abc4b2a76b9719d911017c592",
        "cost": 0.0125,
        "metrics": {"queue_s": 1.25, "cost": "0.0125"},
    },
    "addresses": {
        "a": "https://civitai.com/api/download/models/128713?type=Model&format=SafeTensor&size=full",
        "b": "https://images.segmind.com/a.png?seed=1234567890&width=512&style=photo-real2",
        "c": "https://huggingface.co/org/model-7b/resolve/main/a.safetensors?download=true",
        "d": "https://a.example/models/v1-5-pruned-emaonly/files/0123456789abcdef",
    },
    "names": [
        ["width", "1024x1024"],
        ["name", "model-v1.5-turbo"],
        {"name": "style", "value": "v2"},
    ],
    "chat": {"messages": [{"role": "user", "content": "user: robot123 asks for style2 (key: B5)"}]},
}


@pytest.mark.parametrize("document", HARMLESS.values(), ids=HARMLESS)
def test_what_only_looks_like_a_secret_stays(document):
    """Or no replay would know the call again, and no import would see the parameter."""
    session = RedactionSession(upstream="https://api.segmind.com", began_utc_s=0, secrets=[KEY])
    text = json.dumps(document, indent=1)
    for exchange in (send(text, "application/json"), answer(text, "application/json")):
        assert redact(exchange, session).exchange == exchange


ADVERSARIAL = {
    "quotes": '{"a": "' + '\\"' * 20_000,
    "brackets": "[" * 40_000,
    "keys": "key" * 14_000,
    "dashes": "-" * 40_000,
    "tags": "<a " * 14_000,
    "inputs": "<input " * 6_000,
    "cookies": "cookie: " + "a=b;" * 10_000,
    "at signs": "a@" * 20_000,
    "quoted names": '"a"@' * 10_000,
    "base64": "A" * 40_000,
    "base64 with dots": "eyJ" * 14_000,
    "lines": ("A" * 60 + "\n") * 650,
    "private keys": "-----BEGIN PRIVATE KEY-----" * 1_500,
    "percent": "%25" * 14_000,
    "slashes": "\\" * 40_000,
    "paths": "/users" * 7_000,
    "colons": "://a:" * 8_000,
    "members": "'a':" * 10_000,
    "wide": "\u200b" * 40_000,
}


def measure(text, content_type):
    """Return the seconds of this process that it takes to redact a text."""
    session = RedactionSession(upstream="https://api.segmind.com", began_utc_s=0, secrets=[KEY])
    began = getrusage(RUSAGE_SELF).ru_utime
    redact(answer(text, content_type), session)
    return getrusage(RUSAGE_SELF).ru_utime - began


@pytest.mark.no_cover
@pytest.mark.parametrize("text", ADVERSARIAL.values(), ids=ADVERSARIAL)
def test_four_times_the_text_takes_about_four_times_as_long(text):
    """Whatever somebody sends: 16 times would be what is quadratic; the best of three counts."""
    for content_type in ("text/plain", "application/json"):
        short = min(measure(text[:8000], content_type) for _ in range(3))
        long = min(measure(text[:8000] * 4, content_type) for _ in range(3))
        assert long < 9 * max(short, 0.004), content_type


def test_a_text_that_says_nothing_has_nothing_said():
    """Words alone are no names of what comes behind them."""
    assert not list(
        find_said("The key to a token is a secret; cookie dough, basic bearer, <input>")
    )
