"""How a secret may be spelled: percent-encoded, in escapes of JSON and HTML, in base64, mistaken.

Two ways that hold each other: `decode` takes the escapes out of a text, so that one look tells
whether a secret is in it; and a pattern finds the very characters that spell it.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from functools import lru_cache
from html import escape
from html.entities import html5
from urllib.parse import quote, unquote_to_bytes

from mockserver.base.ids import parse_key
from mockserver.base.redaction import MAX_DECODED

_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_ESCAPE = re.compile(r"(?<!\\)\\+(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,6})\})")
_PAIR = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")
_QUOTED = re.compile(r"(?<!\\)\\+([^\w\s\\])")
_SPACE = re.compile(r"(?<!\\)\\+([nrt])")
_SPACES = {"n": "\n", "r": "\r", "t": "\t"}
_ENTITY = re.compile(r"&(?:#(\d{1,7});?|#[xX]([0-9a-fA-F]{1,6});?|([A-Za-z][0-9A-Za-z]{1,31};))")
_MARKS = re.compile(r"[%\\&]")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
"""Characters that are not seen: who copies a key from a page may have some in it."""

_WIDE = re.compile("[\uff01-\uff5e]+")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""ASCII in the width of Chinese characters, and as it is."""

_BETWEEN = "(?:[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]|<wbr ?/?>|&shy;)*"
_LINE_ENDS = re.compile(
    r"\n(?<=[0-9A-Za-z+/_-]{60}\n)[ \t]*|\r\n(?<=[0-9A-Za-z+/_-]{60}\r\n)[ \t]*"
)
"""Where base64 goes on in the next line."""

_LONGEST_SPELLED = 512
"""Characters. A pattern of each character of something longer takes seconds to make."""

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
"""In which a secret is looked for in bytes that are no text."""

_NAMES: dict[str, list[str]] = {}
for _name, _character in html5.items():
    if _name.endswith(";"):
        _NAMES.setdefault(_character, []).append(_name)


def decode(text: str) -> str:
    """Return a text without the escapes of URLs, JSON, JavaScript and HTML, nested ones too."""
    if not text.isascii():
        text = _take_out_invisible(text)
    for _ in range(MAX_DECODED):
        if _MARKS.search(text) is None:
            break
        before = text
        text = _PERCENT.sub(lambda run: _decode_percent(run[0]), text)
        if "\\" in text:
            text = _PAIR.sub(_join_pair, _ESCAPE.sub(_decode_escape, text))
            text = _SPACE.sub(lambda found: _SPACES[found[1]], _QUOTED.sub(r"\1", text))
        if "&" in text:
            text = _ENTITY.sub(_decode_entity, text)
        if text == before:
            break
        if not text.isascii():
            text = _take_out_invisible(text)
    return text


def list_views(text: str) -> list[str]:
    """Return what a text says: as it is, decoded, and with the lines of base64 joined."""
    views = [text]
    if (decoded := decode(text)) != text:
        views.append(decoded)
    if "\n" in decoded and (joined := _LINE_ENDS.sub("", decoded)) != decoded:
        views.append(joined)
    if "<wbr" in decoded:
        views.append(re.sub(r"<wbr ?/?>", "", decoded))
    return views


def is_spelled_plainly(secret: str) -> bool:
    """Tell whether nobody has to escape a secret, so that decoding finds it in whatever is."""
    return secret.isprintable() and _MARKS.search(secret) is None


def _take_out_invisible(text: str) -> str:
    return _WIDE.sub(lambda run: run[0].translate(_NARROW), _INVISIBLE.sub("", text))


@lru_cache(maxsize=4096)
def _decode_percent(run: str) -> str:
    return parse_key(unquote_to_bytes(run))


def _decode_escape(found: re.Match[str]) -> str:
    return _make_character(int(found[1] or found[2] or found[3], 16), found[0])


def _decode_entity(found: re.Match[str]) -> str:
    if found[3]:
        return html5.get(found[3], found[0])
    return _make_character(int(found[1]) if found[1] else int(found[2], 16), found[0])


def _make_character(code: int, otherwise: str) -> str:
    return chr(code) if code <= 0x10FFFF else otherwise  # noqa: PLR2004 (the last of Unicode)


def _join_pair(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")


@lru_cache(maxsize=4096)
def list_plain_forms(secret: str) -> tuple[str, ...]:
    """Return what is in a decoded text that holds a secret: one of these, at least."""
    forms = [secret, *_list_mistaken(secret)]
    if " " in secret:
        forms.append(secret.replace(" ", "+"))
    return (*forms, *_list_base64(secret))


@lru_cache(maxsize=4096)
def list_lower_forms(secret: str) -> tuple[str, ...]:
    """Return the same of a text in lower case: header names are so, and hexadecimal digits."""
    hexadecimal = secret.encode("utf-8", "surrogatepass").hex()
    return (hexadecimal,) if has_space(secret) else (hexadecimal, secret.lower())


def has_space(secret: str) -> bool:
    """Tell whether a secret is words, which are others in another case."""
    return any(map(str.isspace, secret))


@lru_cache(maxsize=4096)
def list_byte_forms(secret: str) -> tuple[bytes, ...]:
    """Return what bytes have that hold a secret: one of these, unless it is escaped there."""
    encoded = tuple(secret.encode(each, "surrogatepass") for each in ENCODINGS)
    return (*encoded, *(each.encode() for each in _list_base64(secret)))


def _list_base64(secret: str) -> tuple[str, ...]:
    """Return what base64 is sure to have of a secret, whatever is before and after it."""
    content = secret.encode("utf-8", "surrogatepass")
    forms = []
    for before in range(3):
        encoded = b64encode(bytes(before) + content).decode()
        first = -(-before * 8 // 6)
        last = (before + len(content)) * 8 // 6
        core = encoded[first:last]
        forms += [core, core.replace("+", "-").replace("/", "_")]
    return tuple(dict.fromkeys(forms))


@lru_cache(maxsize=1024)
def make_pattern(secret: str) -> str:
    """Return a pattern of all the ways in which a secret may be spelled in a text."""
    if len(secret) > _LONGEST_SPELLED:
        return "|".join(map(re.escape, _list_long_forms(secret)))
    spelled = _BETWEEN.join(map(_spell, secret))
    if secret.isdigit():  # as part of a longer number or word it is something else
        spelled = (
            r"(?:(?<![0-9A-Za-z.])|(?<=%[0-9A-Fa-f]{2})|(?<=\\u[0-9A-Fa-f]{4}))"
            rf"{spelled}(?![0-9A-Za-z]|\.\d)"
        )
    elif not has_space(secret):
        spelled = f"(?i:{spelled})"
    cores = (
        rf"[0-9A-Za-z+/_-]?{_join_lines(each)}[0-9A-Za-z+/_-]?=*" for each in _list_base64(secret)
    )
    hexadecimal = f"(?i:{secret.encode('utf-8', 'surrogatepass').hex()})"
    return "|".join((spelled, *map(re.escape, _list_mistaken(secret)), *cores, hexadecimal))


def _list_long_forms(secret: str) -> list[str]:
    """Return how something long may be spelled, without any mixture of ways."""
    escaped = json.dumps(secret)[1:-1]
    ways = (secret, escaped, json.dumps(escaped)[1:-1], quote(secret, safe=""), escape(secret))
    return list(dict.fromkeys((*ways, *_list_mistaken(secret), *_list_base64(secret))))


def _join_lines(core: str) -> str:
    return r"(?:\r?\n[ \t]*)?".join(map(re.escape, core))


def _list_mistaken(secret: str) -> list[str]:
    """Return UTF-8 that was read as Latin-1, once and twice."""
    if secret.isascii():
        return []
    once = secret.encode("utf-8", "surrogatepass").decode("latin-1")
    return [once, once.encode().decode("latin-1")]


@lru_cache(maxsize=512)
def _spell(character: str) -> str:
    """Return a pattern of one character: as it is, or escaped, or escaped again."""
    code = ord(character)
    ways = [re.escape(character)]
    if 0x21 <= code <= 0x7E:  # noqa: PLR2004 (what there is in another width)
        ways.append(chr(code + 0xFEE0))
    if character == " ":
        ways.append(r"\+")  # as forms have it
    encodings = {character.encode("utf-8", "surrogatepass")}
    if 0x80 <= code < 0x100:  # noqa: PLR2004 (what Latin-1 has beyond ASCII)
        encodings.add(bytes([code]))
    ways += ["".join(rf"%(?:25)*(?i:{byte:02x})" for byte in each) for each in encodings]
    if code >= 0x80:  # noqa: PLR2004 (beyond ASCII)
        mistaken = character.encode("utf-8", "surrogatepass").decode("latin-1")
        ways.append("".join(_spell_latin(each) for each in mistaken))
    units = character.encode("utf-16-be", "surrogatepass")
    ways.append(
        "".join(rf"\\{{1,16}}u(?i:{units[at : at + 2].hex()})" for at in range(0, len(units), 2))
    )
    ways.append(rf"\\{{1,16}}u\{{0*(?i:{code:x})\}}")
    if code < 0x100:  # noqa: PLR2004 (what two digits can say)
        ways.append(rf"\\{{1,16}}x(?i:{code:02x})")
    if not character.isalnum():
        ways.append(rf"\\{{1,16}}{re.escape(character)}")
    ways += [rf"\\{{1,16}}{letter}" for letter, space in _SPACES.items() if space == character]
    ampersand = r"&(?:amp;)*"
    ways += [rf"{ampersand}#0*{code};?", rf"{ampersand}#[xX]0*(?i:{code:x});?"]
    ways += [rf"{ampersand}{name}" for name in _NAMES.get(character, ())]
    return f"(?:{'|'.join(ways)})"


def _spell_latin(character: str) -> str:
    """Return a pattern of a byte of UTF-8 that was read as a character of its own."""
    code = ord(character)
    percent = "".join(rf"%(?:25)*(?i:{byte:02x})" for byte in character.encode())
    return rf"(?:{re.escape(character)}|{percent}|\\+u00(?i:{code:02x})|&#0*{code};)"
