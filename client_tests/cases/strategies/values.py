"""Strategies of values: text, numbers, any JSON, and whatever a schema of `contracts/` allows."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from client_tests.cases.contracts import Schema
from client_tests.cases.strategies.advice import ANNOTATIONS, narrow

LIKELY_NAMES = (
    "timeout", "interval", "self", "id", "slug", "params", "client", "kwargs", "model", "base_url",
)  # fmt: skip
"""Parameters that are named as what a client's own functions are likely to take."""


CONTROL_NAMES = (
    *LIKELY_NAMES,
    "api_key", "poll_interval", "poll_interval_s", "timeout_s", "max_wait",
    "max_retries", "retries", "wait", "headers", "json", "data", "body", "files", "url", "method",
    "args", "cls", "key", "token", "session", "stream", "input", "output", "status",
    "request_id", "webhook", "type", "name", "class", "async", "constructor", "__proto__",
)  # fmt: skip
"""Parameters that a client may take for its own arguments, attributes or fields."""


TRICKY_TEXTS = (
    "\x00", "\x1b[31m", "\x7f", "\r\n", "\t", "\u2028", "\u2029", "\ufeff", "\U0001f0a1",
    "\U0001f469\u200d\U0001f680", "e\u0301", "\u00e9", "\u202eabc", "\U0010ffff", "\ud7ff",
    "'\"\\`", "</script>", "${HOME}", "{{x}}", "%s%00", "a&b=c#d?e+f", "null", "true", "1e5",
    "007", " ", "$(id)", "-n", "@file", "\\u0041",
)  # fmt: skip
"""Texts that get lost in shells, templates, encodings and conversions."""


LARGEST_INTEGER = 2**53 - 1
"""Beyond it, JSON's numbers mean different things in different languages."""


_LARGE_BYTES = (1_000, 10_000, 60_000, 100_000)


_LARGE_PROMPT = 40_000


_WORDS = "abcdefghijklmnopqrstuvwxyz "


def rarely(usual: SearchStrategy[Any], rare: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Return a strategy that draws from `rare` about once in twenty times."""
    return st.integers(0, 19).flatmap(lambda number: rare if number == 13 else usual)


def texts(min_size: int = 0, max_size: int = 60) -> SearchStrategy[str]:
    """Return any Unicode that UTF-8 can carry: astral, combining and control characters too."""
    anything = st.text(st.characters(codec="utf-8"), min_size=min_size, max_size=max_size)
    return st.one_of(anything, st.sampled_from(TRICKY_TEXTS))


@cache
def large_texts() -> SearchStrategy[str]:
    """Return texts of 1 to about 100 KB."""
    return st.builds(_repeat, texts(min_size=1, max_size=8), st.sampled_from(_LARGE_BYTES))


def _repeat(text: str, size: int) -> str:
    return text * max(1, size // len(text.encode()))


def prompts(min_size: int = 1) -> SearchStrategy[str]:
    """Return prompts that ask segmock for nothing in particular."""
    long = st.builds(
        _repeat, st.text(_WORDS, min_size=1, max_size=9), st.integers(1_000, _LARGE_PROMPT)
    )
    text = rarely(texts(min_size=min_size, max_size=200), long)
    return text.filter(lambda prompt: not prompt.startswith("mock:"))


def numbers() -> SearchStrategy[int | float]:
    """Return numbers that every language's JSON keeps."""
    floats = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)
    return st.one_of(st.integers(-LARGEST_INTEGER, LARGEST_INTEGER), floats)


@cache
def json_values() -> SearchStrategy[Any]:
    """Return any JSON: `null`, `false`, `0`, `""`, `[]` and `{}` are six different things."""
    plain: SearchStrategy[Any] = st.one_of(
        st.none(), st.booleans(), numbers(), rarely(texts(), large_texts()),
        st.sampled_from((None, False, 0, "", [], {}, [[]], {"": None}, 0.1, 1e-7)),
    )  # fmt: skip
    return st.recursive(
        plain,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(names(), inner, max_size=3)
        ),
        max_leaves=6,
    )


def names() -> SearchStrategy[str]:
    """Return names of parameters: most of them are among `CONTROL_NAMES`."""
    likely, control = st.sampled_from(LIKELY_NAMES), st.sampled_from(CONTROL_NAMES)
    return st.one_of(likely, control, texts(max_size=12))


def uris() -> SearchStrategy[str]:
    """Return absolute URIs of pictures, data URIs among them."""
    path = st.text("abcxyz019-_.~%/?&=#", max_size=20)
    return st.one_of(
        st.builds("https://example.com/{}".format, path),
        st.builds("data:image/png;base64,{}".format, st.text("ABCabc019+/", max_size=40)),
    )


def files() -> SearchStrategy[str]:
    """Return pictures, films or sounds as a text can hold them: by URI, or in bare base64 (P3)."""
    return st.one_of(uris(), st.binary(max_size=30).map(lambda data: b64encode(data).decode()))


def values(schema: Schema) -> SearchStrategy[Any]:
    """Return the values that a schema of `contracts/` allows, and its advice as well.

    Raises:
        ValueError: the schema says what these strategies do not know.
    """
    schema = narrow(schema)
    if unknown := _list_unknown(schema):
        raise ValueError(f"there is no strategy for {' and '.join(unknown)} of {schema}")
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from([each for each in schema["enum"] if _is_between(each, schema)])
    if "oneOf" in schema:
        return st.one_of([values(each) for each in schema["oneOf"]])
    declared = schema.get("type", _find_types(schema))
    kinds = declared if isinstance(declared, list) else [declared]
    return st.one_of([_of_kind(kind, schema) for kind in kinds])


def _list_unknown(schema: Schema) -> list[str]:
    """Return what a schema says that these strategies do not heed."""
    unknown = schema.keys() - _KEYWORDS - ANNOTATIONS
    # An object has no members but those that are declared, so one without others is drawn anyway.
    if set(schema.get("not", {}).get("required", ())) - schema.get("properties", {}).keys():
        unknown -= {"not"}
    if schema.get("format", "uri") != "uri":
        unknown |= {f"format {schema['format']}"}
    return sorted(unknown)


def _is_between(value: Any, schema: Schema) -> bool:
    """Tell whether a value keeps to the bounds of a schema, if it is one that has bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    low, high = schema.get("minimum", value), schema.get("maximum", value)
    return bool(low <= value <= high)


def _find_types(schema: Schema) -> list[str]:
    """Return the types of the values that are known of a parameter whose type is not; or any."""
    known = [*schema.get("examples", ()), *([schema["default"]] if "default" in schema else ())]
    found = ["file" if _is_link(value) else _TYPES[type(value)] for value in known]
    return list(dict.fromkeys(found)) if set(found) - {"null"} else ["any"]


def _is_link(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://", "data:"))


def _of_kind(kind: str, schema: Schema) -> SearchStrategy[Any]:
    if kind not in _KINDS:
        raise ValueError(f"there is no strategy for {schema}")
    return _KINDS[kind](schema)


def _integers(schema: Schema) -> SearchStrategy[int]:
    low, high = schema.get("minimum", -LARGEST_INTEGER), schema.get("maximum", LARGEST_INTEGER)
    step = schema.get("multipleOf", 1)
    return st.integers(-(-low // step), high // step).map(lambda number: number * step)


def _floats(schema: Schema) -> SearchStrategy[float]:
    low, high = schema.get("minimum"), schema.get("maximum")
    return st.floats(low, high, allow_nan=False, allow_infinity=False, allow_subnormal=False)


def _arrays(schema: Schema) -> SearchStrategy[list[Any]]:
    least, most = schema.get("minItems", 0), min(4, schema.get("maxItems", 4))
    return st.lists(values(schema.get("items", {})), min_size=least, max_size=most)


def _strings(schema: Schema) -> SearchStrategy[str]:
    pattern = str(schema.get("pattern", ""))
    if schema.get("format") == "uri":
        return uris().filter(lambda text: re.search(pattern, text) is not None)
    if schema.get("contentEncoding") == "base64":
        return files()
    if pattern:
        matching = st.from_regex(pattern, fullmatch=True)
        return matching.filter(lambda text: not text.endswith("\n"))  # which Python's $ lets pass
    return texts(min_size=schema.get("minLength", 0))


def _objects(schema: Schema) -> SearchStrategy[dict[str, Any]]:
    known = {name: values(each) for name, each in schema.get("properties", {}).items()}
    required = set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: each for name, each in known.items() if name in required},
        optional={name: each for name, each in known.items() if name not in required},
    )


_KINDS: dict[str, Callable[[Schema], SearchStrategy[Any]]] = {
    "string": _strings,
    "integer": _integers,
    "number": _floats,
    "boolean": lambda _schema: st.booleans(),
    "null": lambda _schema: st.none(),
    "array": _arrays,
    "object": _objects,
    "file": lambda _schema: files(),
    "any": lambda _schema: json_values(),
}

_TYPES = {
    str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null",
    list: "array", dict: "object",
}  # fmt: skip

_KEYWORDS = frozenset(
    {
        "const", "enum", "oneOf", "type", "minimum", "maximum", "multipleOf", "items", "minItems",
        "maxItems", "format", "contentEncoding", "pattern", "minLength", "properties", "required",
    }
)  # fmt: skip
"""What of a schema is heeded; each of the others would have to be."""
