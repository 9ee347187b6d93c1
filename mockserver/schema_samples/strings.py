"""A text of a given length, pattern and format, in words of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.schema_samples.budgets import Budget
from mockserver.schema_samples.checks import Checks
from mockserver.schema_samples.expressions import shorten
from mockserver.schema_samples.regex import make_matching_text

MOST_CHARACTERS = 50_000

_WORDS = (
    "amber", "basin", "cedar", "delta", "ember", "fjord", "grove", "harbour", "inlet", "juniper",
    "kelp", "lantern", "meadow", "north", "orchard", "pebble", "quarry", "river", "slate", "umber",
    "valley", "willow", "yarrow",
)  # fmt: skip
_DRAWN_WORDS = 200
"""Words that are drawn for a long text, which repeats them."""
_EXTRA = (2, 0, 1, 3, 4, 6, 8, 12, 16, 24, 32)
"""How many more times than it must a part of a pattern is repeated, in the order of the tries."""


def make_text(schema: dict[str, Any], draws: SeededRandom, checks: Checks, budget: Budget) -> str:
    """Return a text that satisfies the keywords for strings of a schema.

    `patterns` is a list of all patterns; of several formats, any one is kept to.

    Raises:
        UnmetError: no such text was found.
        SpentError: it takes too much work.
    """
    low, high = int(schema.get("minLength", 0)), schema.get("maxLength")
    if low > MOST_CHARACTERS:
        raise UnmetError(f"a text of {low} characters is longer than any that is made here")
    if high is not None and low > high:
        raise UnmetError(f"no text has {low} or more characters and {high} or fewer")
    patterns = schema.get("patterns", [])
    form = FORMATS.get(schema.get("format", ""))
    budget.write("`minLength`", low)
    if not patterns and not form:
        return _make_prose(low, high, draws)
    candidates = (
        _match_patterns(patterns, low, draws, checks, budget)
        if patterns
        else _make_formatted(form, low, draws)
    )
    wanted = {
        "minLength": low,
        **({} if high is None else {"maxLength": high}),
        **({"format": schema["format"]} if form else {}),
        "allOf": [True, *({"pattern": pattern} for pattern in patterns)],
    }
    found = next(filter(checks.make_check(wanted), candidates), None)
    if found is None and form and patterns:
        formless = {key: value for key, value in schema.items() if key != "format"}
        return make_text(formless, draws, checks, budget)
    if found is None:
        asked = [*map(shorten, patterns), *filter(None, [schema.get("format")])]
        raise UnmetError(f"no text of the length asked for was found that is {' and '.join(asked)}")
    return found


def _make_prose(low: int, high: int | None, draws: SeededRandom) -> str:
    """Return a few words; more of them, or a part, where the length is bounded."""
    words = [_make_word(draws) for _ in range(draws.draw_integer(1, 3))]
    length = sum(map(len, words)) + len(words) - 1
    while length < low and len(words) < _DRAWN_WORDS:
        words.append(_make_word(draws))
        length += 1 + len(words[-1])
    prose = " ".join(words)
    if length < low:
        prose = " ".join([prose] * (low // length + 1))[:low]
    return prose[: None if high is None else int(high)].rstrip().ljust(low, "a")


def _make_word(draws: SeededRandom) -> str:
    return _WORDS[draws.draw_integer(0, len(_WORDS) - 1)]


def _match_patterns(
    patterns: list[str], low: int, draws: SeededRandom, checks: Checks, budget: Budget
) -> Iterator[str]:
    """Yield texts that each pattern in turn matches, filled up where they are too short."""
    expressions = [checks.sizes.find_expression(pattern) for pattern in patterns]
    for extra in (*_EXTRA, *({low, low // 2, low // 3} - {*_EXTRA})):
        for is_exact in (False, False, True):
            made = [
                make_matching_text(pattern, expression, draws, budget, extra, is_exact=is_exact)
                for pattern, expression in zip(patterns, expressions, strict=True)
            ]
            for found in (*made, "".join(made)):
                budget.write("`pattern`", max(len(found), low))
                yield found
                if len(found) < low:
                    yield found.ljust(low, "a")
                    yield found.rjust(low, "a")


def _make_formatted(
    form: Callable[[SeededRandom, str], str] | None, low: int, draws: SeededRandom
) -> Iterator[str]:
    """Yield texts of a format, the filling in them longer and shorter."""
    if form is None:
        return
    yield form(draws, _make_word(draws))
    bare = form(draws, "a")
    yield bare
    missing = low - len(bare)
    if missing > 0:
        labels = "a" * missing if missing < 60 else ".".join(["a" * 40] * (missing // 41 + 1))  # noqa: PLR2004
        yield form(draws, "a" + labels)


def _make_digits(draws: SeededRandom, low: int, high: int) -> str:
    return f"{draws.draw_integer(low, high):02}"


def _make_date(draws: SeededRandom, _filling: str) -> str:
    return f"2026-{_make_digits(draws, 1, 12)}-{_make_digits(draws, 1, 28)}"


def _make_time(draws: SeededRandom, _filling: str) -> str:
    return ":".join(_make_digits(draws, 0, most) for most in (23, 59, 59)) + "Z"


def _make_hex(draws: SeededRandom, length: int) -> str:
    return f"{draws.draw_integer(0, 16**length - 1):0{length}x}"


def _make_uuid(draws: SeededRandom, _filling: str) -> str:
    last, first, second, third, fourth = (_make_hex(draws, each) for each in (12, 8, 4, 3, 3))
    return f"{first}-{second}-4{third}-a{fourth}-{last}"


def _make_ipv4(draws: SeededRandom, _filling: str) -> str:
    return f"192.0.2.{draws.draw_integer(1, 254)}"


def _make_ipv6(draws: SeededRandom, _filling: str) -> str:
    return f"2001:db8::{draws.draw_integer(1, 9999)}"


def _make_uri(_draws: SeededRandom, filling: str) -> str:
    return "a:b" if filling == "a" else f"https://example.com/{filling}"


def _make_email(_draws: SeededRandom, filling: str) -> str:
    local, _, rest = filling.partition(".")
    return "a@b.co" if filling == "a" else f"{local}@{rest + '.' if rest else ''}example.com"


def _make_host(_draws: SeededRandom, filling: str) -> str:
    return "a" if filling == "a" else f"{filling}.example"


FORMATS: dict[str, Callable[[SeededRandom, str], str]] = {
    "date-time": lambda draws, word: f"{_make_date(draws, word)}T{_make_time(draws, word)}",
    "date": _make_date,
    "time": _make_time,
    "duration": lambda draws, _: f"P{draws.draw_integer(1, 30)}D",
    "email": _make_email,
    "idn-email": _make_email,
    "hostname": _make_host,
    "idn-hostname": _make_host,
    "ipv4": _make_ipv4,
    "ipv6": _make_ipv6,
    "uri": _make_uri,
    "iri": _make_uri,
    "uri-reference": lambda _, word: f"/{word}",
    "iri-reference": lambda _, word: f"/{word}",
    "uri-template": lambda _, word: f"/{word}/{{id}}",
    "uuid": _make_uuid,
    "json-pointer": lambda _, word: f"/{word}",
    "relative-json-pointer": lambda _, word: f"1/{word}",
    "regex": lambda _, word: f"^{word}$",
}
"""How to write a text of each format; the filling can be of any length."""
