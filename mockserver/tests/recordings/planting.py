"""Secrets of many shapes, places in exchanges where they may be, and looking for them in files."""

import json
import re
import string
import zlib
from base64 import b64decode, b64encode
from html import escape, unescape
from io import BytesIO
from urllib.parse import quote, unquote_to_bytes

from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from mockserver.facts.observed import Body, Observed

HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + string.digits
WORD = string.ascii_letters + string.digits
URLSAFE = WORD + "-_"


def draw(start, alphabet, size, end=""):
    """Return what draws a secret: a beginning, characters of which one is a digit, and an end."""
    return st.text(alphabet, min_size=size - 1, max_size=size - 1).map(
        lambda middle: f"{start}{middle}7{end}"
    )


SHAPES = {
    "Segmind": draw("SG_", HEX, 16),
    "OpenAI": draw("sk-proj-", WORD, 40),
    "Anthropic": draw("sk-ant-api03-", URLSAFE, 60),
    "Stripe": draw("sk_live_", WORD, 24),
    "AWS access key": draw("AKIA", UPPER, 16),
    "AWS temporary key": draw("ASIA", UPPER, 16),
    "GitHub": draw("ghp_", WORD, 36),
    "GitHub, fine-grained": draw("github_pat_", WORD, 60),
    "GitLab": draw("glpat-", WORD, 20),
    "Slack": draw("xoxb-", string.digits, 24),
    "Google": draw("AIza", WORD, 35),
    "Google OAuth": draw("ya29.", URLSAFE, 60),
    "Hugging Face": draw("hf_", WORD, 34),
    "Replicate": draw("r8_", WORD, 37),
    "npm": draw("npm_", WORD, 36),
    "SendGrid": st.tuples(draw("SG.", WORD, 22), draw(".", WORD, 43)).map("".join),
    "Twilio": draw("SK", HEX, 32),
    "Mailgun": draw("key-", HEX, 32),
    "DigitalOcean": draw("dop_v1_", HEX, 64),
    "Shopify": draw("shpat_", HEX, 32),
    "JWT": st.tuples(draw("eyJ", WORD, 20), draw(".eyJ", WORD, 30), draw(".", URLSAFE, 43)).map(
        "".join
    ),
    "private key": draw(
        "-----BEGIN RSA PRIVATE KEY-----\n", WORD, 64, "\n-----END RSA PRIVATE KEY-----"
    ),
    "e-mail address": st.tuples(
        draw("", string.ascii_lowercase, 6), draw("@", string.ascii_lowercase, 8, ".example.com")
    ).map("".join),
}
"""What can be known for a secret wherever it is, and how one is drawn."""

KEYS = st.one_of(
    SHAPES["Segmind"],
    st.text(WORD + "-_+/=.~!$*: ü€🦊é", min_size=8, max_size=40).filter(
        lambda key: key == key.strip() and len(set(key)) > 5 and any(map(str.isalpha, key))
    ),
)
"""Keys of a session: those of the gateway, and whatever else somebody uses as one."""

SPELLINGS = {
    "plain": str,
    "percent": lambda text: quote(text, safe=""),
    "percent, each character": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "percent, lower case": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, each character": lambda text: "".join(
        f"\\u{unit:04x}" for unit in memoryview(text.encode("utf-16-le")).cast("H")
    ),
    "JSON twice": lambda text: json.dumps(json.dumps(text))[1:-1],
    "JavaScript": lambda text: "".join(f"\\u{{{ord(each):x}}}" for each in text),
    "HTML": escape,
    "HTML, each character": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "HTML, hexadecimal": lambda text: "".join(f"&#x{ord(each):X};" for each in text),
    "base64": lambda text: b64encode(text.encode()).decode(),
    "base64 of user and key": lambda text: b64encode(f"user:{text}".encode()).decode(),
    "base64 amid others": lambda text: b64encode(f"ab{text}cde".encode()).decode(),
    "UTF-8 as Latin-1": lambda text: text.encode().decode("latin-1"),
    "mixed": lambda text: "".join(
        f"%{ord(each):02x}" if place % 2 and each.isascii() else each
        for place, each in enumerate(text)
    ),
}
"""How whoever repeats a secret may write it."""

JSON = (("content-type", "application/json"),)


def observe(**members):
    """Return an exchange, with what is said of it in the place of the usual."""
    usual = {
        "number": 1,
        "sent_s": 0.0,
        "answered_s": 0.5,
        "method": "POST",
        "url": "https://api.segmind.com/v2/flux",
        "status": 200,
    }
    return Observed(**{**usual, **members})


def send(content, content_type):
    """Return an exchange with such a body in its request."""
    if isinstance(content, str):
        content = content.encode()
    return observe(request_headers=(("content-type", content_type),), request_body=Body.of(content))


def answer(content, content_type, **more):
    """Return an exchange with such a body in its answer."""
    if isinstance(content, str):
        content = content.encode()
    headers = (("content-type", content_type), *more.pop("headers", ()))
    return observe(headers=headers, body=Body.of(content), **more)


def pack_parts(name="prompt", filename="a.txt", value="a fox", file=b"text"):
    """Return a multipart body with a field and a file."""
    return (
        (
            f'--b0\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n--b0\r\n'
            f'Content-Disposition: form-data; name="file"; filename="{filename}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        + file
        + b"\r\n--b0--\r\n"
    )


def draw_picture(kind, words="", **options):
    """Return a picture, with such words in its metadata."""
    picture = Image.effect_noise((16, 16), 90).convert("RGB")
    file = BytesIO()
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        if words:
            info.add_text("Comment", words, zip=options.get("zip", False))
            info.add_itxt("Author", words, zip=options.get("zip", False))
        picture.save(file, kind, pnginfo=info)
    elif kind == "JPEG":
        picture.save(file, kind, comment=words.encode())
    else:
        exif = Image.Exif()
        if words:
            exif[0x010E] = words
        picture.save(file, kind, exif=exif, xmp=f"<x>{words}</x>".encode() if words else b"")
    return file.getvalue()


def make_film(words):
    """Return the boxes of a film whose user data has such words."""
    boxes = ((b"ftyp", b"isom\0\0\2\0"), (b"udta", words.encode()), (b"mdat", bytes(range(256))))
    return b"".join((len(data) + 8).to_bytes(4, "big") + kind + data for kind, data in boxes)


MULTIPART = "multipart/form-data; boundary=b0"
FORM = "application/x-www-form-urlencoded"


def encode_base64(content):
    """Return bytes in base64."""
    return b64encode(content).decode()


TEXT_PLACES = {
    "name of a header": lambda text: observe(request_headers=((f"x-{text}", "1"),)),
    "header": lambda text: observe(request_headers=(("x-note", f"for {text} only"),)),
    "header of an answer": lambda text: observe(headers=(("x-note", f"for {text} only"),)),
    "location": lambda text: observe(headers=(("location", f"https://a.example/{text}?a=1"),)),
    "path": lambda text: observe(url=f"https://api.segmind.com/v2/{text}/x"),
    "query": lambda text: observe(url=f"https://api.segmind.com/v2/flux?a=1&note={text}&b=2"),
    "name in a query": lambda text: observe(url=f"https://api.segmind.com/v2/flux?{text}=1"),
    "fragment": lambda text: observe(url=f"https://api.segmind.com/v2/flux#{text}"),
    "error sentence": lambda text: answer(f"The value '{text}' is invalid.", "text/plain"),
    "page": lambda text: answer(f"<p>Hello <b>{text}</b></p>", "text/html"),
    "attribute of a page": lambda text: answer(f'<a title="{text}">', "text/html"),
    "script of a page": lambda text: answer(f"<script>x = '{text}'</script>", "text/html"),
    "event": lambda text: answer(f"event: a\ndata: {text}\n\n", "text/event-stream"),
    "XML": lambda text: answer(f"<Error><Message>{text}</Message></Error>", "application/xml"),
    "no type": lambda text: observe(body=Body.of(f"see {text}!".encode())),
    "form": lambda text: send(f"a=1&prompt={text}&b=2", FORM),
    "name in a form": lambda text: send(f"a=1&{text}=2", FORM),
    "field": lambda text: send(pack_parts(value=text), MULTIPART),
    "file name": lambda text: send(pack_parts(filename=f"{text}.png"), MULTIPART),
    "name of a field": lambda text: send(pack_parts(name=text), MULTIPART),
    "text file": lambda text: send(pack_parts(file=f"see {text}\n".encode()), MULTIPART),
    "compressed": lambda text: answer(
        zlib.compress(f"see {text}".encode(), wbits=31),
        "text/plain",
        headers=(("content-encoding", "gzip"),),
    ),
    "deflated": lambda text: answer(
        zlib.compress(f"see {text}".encode()),
        "text/plain",
        headers=(("content-encoding", "deflate"),),
    ),
    "undecodable": lambda text: answer(
        f"see {text}", "text/plain", headers=(("content-encoding", "br"),)
    ),
    "archive": lambda text: send(b"PK\3\4" + text.encode() + b"\0\xff", "application/zip"),
}
"""Where a text may be, whatever it is spelled like."""


def nest(value, depth):
    """Return a value in as many objects and arrays."""
    for place in range(depth):
        value = [value, 1] if place % 2 else {"a": value, "b": 2}
    return value


JSON_PLACES = {
    "JSON": lambda text: send(json.dumps({"prompt": text}), "application/json"),
    "JSON of an answer": lambda text: answer(json.dumps({"error": text}), "application/json"),
    "JSON, not escaped": lambda text: answer(
        json.dumps({"error": f"no {text}"}, ensure_ascii=False), "application/json; charset=utf-8"
    ),
    "name in JSON": lambda text: send(json.dumps({text: 1}), "application/json"),
    "deep JSON": lambda text: answer(json.dumps(nest(text, 40)), "application/json"),
    "sentence in JSON": lambda text: answer(
        json.dumps({"error": f"The key {text} may have expired."}), "application/json"
    ),
    "URL in JSON": lambda text: send(
        json.dumps({"image": f"https://a.example/b.png?c={quote(text, safe='')}&d=1"}),
        "application/json",
    ),
    "JSON in JSON": lambda text: answer(
        json.dumps({"output": json.dumps([{"value": {"data": text}}])}), "application/json"
    ),
    "JSON in JSON in JSON": lambda text: answer(
        json.dumps({"output": json.dumps({"a": json.dumps({"b": text})})}), "application/json"
    ),
    "JSON in an event": lambda text: answer(
        f"data: {json.dumps({'delta': {'content': text}})}\n\ndata: [DONE]\n\n",
        "text/event-stream",
    ),
    "lines of JSON": lambda text: answer(
        f"{json.dumps({'a': 1})}\n{json.dumps({'b': text})}\n", "application/x-ndjson"
    ),
    "JSON that ends too early": lambda text: answer(
        json.dumps({"a": {"b": text, "c": 1}})[:-4], "application/json"
    ),
    "a string as JSON": lambda text: answer(json.dumps(text), "application/json"),
    "JSON as text": lambda text: answer(json.dumps({"a": [text]}), "text/plain"),
    "JSON in UTF-16": lambda text: answer(
        json.dumps({"a": text}, ensure_ascii=False).encode("utf-16"), "application/json"
    ),
    "JSON in a field": lambda text: send(pack_parts(value=json.dumps({"a": text})), MULTIPART),
    "base64 in JSON": lambda text: send(
        json.dumps({"image": encode_base64(draw_picture("PNG", text))}), "application/json"
    ),
    "data URL in JSON": lambda text: answer(
        json.dumps({"url": f"data:image/jpeg;base64,{encode_base64(draw_picture('JPEG', text))}"}),
        "application/json",
    ),
}
"""Where a value may be that whoever writes JSON has escaped as JSON wants it."""

MEDIA_PLACES = {
    "PNG": lambda text: answer(draw_picture("PNG", text), "image/png"),
    "PNG, compressed": lambda text: answer(draw_picture("PNG", text, zip=True), "image/png"),
    "JPEG": lambda text: answer(draw_picture("JPEG", text), "image/jpeg"),
    "WebP": lambda text: answer(draw_picture("WEBP", text), "image/webp"),
    "MP4": lambda text: answer(make_film(text), "video/mp4"),
    "UTF-16 in a file": lambda text: answer(
        b"\xff\0\xfe\0" + text.encode("utf-16-le"), "application/octet-stream"
    ),
    "file of a form": lambda text: send(pack_parts(file=draw_picture("PNG", text)), MULTIPART),
}
"""Files that say more than they show."""

NAMED_PLACES = {
    "x-api-key": lambda value: observe(request_headers=(("x-api-key", value),)),
    "Bearer": lambda value: observe(request_headers=(("authorization", f"Bearer {value}"),)),
    "Basic": lambda value: observe(
        request_headers=(("authorization", f"Basic {encode_base64(f'me:{value}'.encode())}"),)
    ),
    "proxy": lambda value: observe(request_headers=(("proxy-authorization", f"Bearer {value}"),)),
    "authorization": lambda value: observe(request_headers=(("authorization", value),)),
    "cookie": lambda value: observe(request_headers=(("cookie", f"a=1; sid={value}"),)),
    "set-cookie": lambda value: observe(headers=(("set-cookie", f"sid={value}; Path=/"),)),
    "security token": lambda value: observe(headers=(("x-amz-security-token", value),)),
    "user in a header": lambda value: observe(headers=(("x-user-id", value),)),
    **{
        f"query {name}": lambda value, name=name: observe(
            url=f"https://images.segmind.com/a.png?a=1&{name}={quote(value, safe='')}&b=2"
        )
        for name in (
            *("api_key", "apikey", "x-api-key", "key", "access_token", "token", "password"),
            *("X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "AWSAccessKeyId"),
            *("X-Goog-Signature", "X-Goog-Credential", "GoogleAccessId", "sig", "Signature"),
            *("Policy", "Key-Pair-Id", "signature", "hmac", "expires-hmac", "user_id"),
        )
    },
    "fragment": lambda value: observe(
        url=f"https://a.example/#access_token={quote(value, safe='')}&state=1"
    ),
    "password of a URL": lambda value: observe(
        url=f"https://me:{quote(value, safe='')}@api.segmind.com/v2/flux"
    ),
    "URL in JSON": lambda value: answer(
        json.dumps({"url": f"https://a.example/b?sig={quote(value, safe='')}"}), "application/json"
    ),
    "URL in a query": lambda value: observe(
        url="https://a.example/?to="
        + quote(f"https://b.example/c?token={quote(value, safe='')}", safe="")
    ),
    **{
        f"JSON {name}": lambda value, name=name: answer(
            json.dumps({"data": [{name: value, "prompt": "a fox"}]}), "application/json"
        )
        for name in (
            *("api_key", "apiKey", "x-api-key", "password", "client_secret", "accessToken"),
            *("user_id", "userId", "account_id", "team", "teamId", "owner", "sub", "email"),
            *("organization_id", "customer", "created_by", "username", "secret"),
        )
    },
    "name of an owner": lambda value: answer(
        json.dumps({"owner": {"name": value}}), "application/json"
    ),
    "form": lambda value: send(f"a=1&password={quote(value, safe='')}", FORM),
    "field": lambda value: send(pack_parts(name="api_key", value=value), MULTIPART),
}
"""Where anything is a secret, because of the name that it goes by."""

_WORDS = re.compile(r"[0-9A-Za-z+/_-]{8,}={0,2}")
_LATIN = re.compile(r"[\x00-\xff]+")


def list_views(content):
    """Return what somebody could read in a file who takes every escape out of it."""
    texts = {content.decode("latin-1"), content.decode("utf-8", "replace")}
    texts |= {content.replace(b"\0", b"").decode("latin-1")}
    for _ in range(4):
        texts |= {_take_out(text) for text in texts}
    for text in list(texts):
        texts |= {plain for word in _WORDS.findall(text) for plain in _decode_base64(word)}
    texts |= {
        zlib.decompressobj().decompress(content[at:], 100_000).decode("latin-1")
        for at in _find_compressed(content)
    }
    return texts | {_mend(text) for text in texts}


def _find_compressed(content):
    for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", content):
        try:
            zlib.decompressobj().decompress(content[found.start() :], 100_000)
        except zlib.error:
            continue
        yield found.start()


def _take_out(text):
    text = unquote_to_bytes(text).decode("utf-8", "replace")
    text = unescape(text)
    text = re.sub(r"\\+u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), text)
    text = re.sub(
        r"(?:\\+u[0-9a-fA-F]{4})+",
        lambda run: b"".join(
            int(unit, 16).to_bytes(2, "big") for unit in re.findall(r"u([0-9a-fA-F]{4})", run[0])
        ).decode("utf-16-be", "replace"),
        text,
    )
    return re.sub(r"\\+n", "\n", re.sub(r"\\+([^\w\s\\])", r"\1", text))


def _decode_base64(word):
    word = word.rstrip("=").replace("-", "+").replace("_", "/")
    for start in range(4):
        part = word[start:]
        part = part[: len(part) - (len(part) % 4 == 1)]
        yield b64decode(part + "=" * (-len(part) % 4)).decode("utf-8", "replace")


def _mend(text):
    """Read UTF-8 that was read as Latin-1 once more."""
    return _LATIN.sub(lambda run: run[0].encode("latin-1").decode("utf-8", "replace"), text)


def find_secret(folder, secret):
    """Return the file below a folder in which a secret is, in any spelling; None if in none."""
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        if any(secret in view for view in [path.name, *list_views(content)]):
            return path
    return None
