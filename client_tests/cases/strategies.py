"""Hypothesis strategies for clients of the gateway, derived from `contracts/`.

They are public: write properties of your own with them.

```python
from hypothesis import given
from client_tests import strategies

@given(strategies.params("ideogram-3"))
def test_my_client_sends_what_it_is_given(params): ...
```

What to send: `texts`, `json_values`, `names`, `values` (by a schema), `params` (of one model) and
`payloads` (of any). How the server behaves: `schedules`, `poll_faults`, `garblings`, `refusals`,
`lost_answers` and `additions`, each a tuple of `cases.Effect`; `behaviours` mixes them. Whole
programs: `asks` and `cases`.

No generated prompt begins with `mock:`, which is how segmock's triggers are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from client_tests.cases.contracts import Schema, models
from client_tests.cases.model import PATIENCE, Case, Effect, Operation

Behaviour: TypeAlias = tuple[Effect, ...]
Injection: TypeAlias = tuple[dict[str, Any], str | None]
"""What happens, and on which side of the commit."""

POLL_INTERVAL_S = 0.01
"""Generated cases poll quickly: their states follow polls, not time."""

MODEL, PROMPT = "ideogram-3", "A kit"

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

MAX_POLL_FAULTS = 4
"""So few in one case that even a client which waits longer each time meets its deadline."""

SMALL_DELAYS_S = (0.02, 0.05)

MALFORMED: dict[str, Any] = {"malformed": True}

_LARGE_BYTES = (1_000, 10_000, 60_000, 100_000)
_LARGE_PROMPT = 40_000
_ROUTES = {"run_sync": "sync", "download": "output", "credits": "credits", "run": "submit"}
_POLL_ROUTES = ("status", "result", "poll")
_WORDS = "abcdefghijklmnopqrstuvwxyz "


# --- Values -------------------------------------------------------------------------------


def _rarely(usual: SearchStrategy[Any], rare: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Return a strategy that draws from `rare` about once in twenty times."""
    return st.integers(0, 19).flatmap(lambda number: rare if number == 13 else usual)


def texts(min_size: int = 0, max_size: int = 60) -> SearchStrategy[str]:
    """Return any Unicode that UTF-8 can carry: astral, combining and control characters too."""
    anything = st.text(st.characters(codec="utf-8"), min_size=min_size, max_size=max_size)
    return st.one_of(anything, st.sampled_from(TRICKY_TEXTS))


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
    text = _rarely(texts(min_size=min_size, max_size=200), long)
    return text.filter(lambda prompt: not prompt.startswith("mock:"))


def numbers() -> SearchStrategy[int | float]:
    """Return numbers that every language's JSON keeps."""
    floats = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)
    return st.one_of(st.integers(-LARGEST_INTEGER, LARGEST_INTEGER), floats)


def json_values() -> SearchStrategy[Any]:
    """Return any JSON: `null`, `false`, `0`, `""`, `[]` and `{}` are six different things."""
    plain: SearchStrategy[Any] = st.one_of(
        st.none(), st.booleans(), numbers(), _rarely(texts(), large_texts()),
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


def values(schema: Schema) -> SearchStrategy[Any]:
    """Return the values that a schema of `contracts/` allows.

    Raises:
        ValueError: the schema says what these strategies do not know.
    """
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "oneOf" in schema:
        return st.one_of([values(each) for each in schema["oneOf"]])
    declared = schema.get("type")
    kinds = declared if isinstance(declared, list) else [declared]
    return st.one_of([_of_kind(kind, schema) for kind in kinds])


def _of_kind(kind: str | None, schema: Schema) -> SearchStrategy[Any]:
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
    return st.lists(values(schema["items"]), min_size=schema.get("minItems", 0), max_size=4)


def _strings(schema: Schema) -> SearchStrategy[str]:
    if schema.get("format") == "uri":
        return uris()
    if "pattern" in schema:
        matching = st.from_regex(str(schema["pattern"]), fullmatch=True)
        return matching.filter(lambda text: not text.endswith("\n"))  # which Python's $ lets pass
    return texts(min_size=schema.get("minLength", 0))


def _objects(schema: Schema) -> SearchStrategy[dict[str, Any]]:
    known = {name: values(each) for name, each in schema.get("properties", {}).items()}
    required = set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: each for name, each in known.items() if name in required},
        optional={name: each for name, each in known.items() if name not in required},
    )


_KINDS: dict[str | None, Callable[[Schema], SearchStrategy[Any]]] = {
    "string": _strings,
    "integer": _integers,
    "number": _floats,
    "boolean": lambda _schema: st.booleans(),
    "null": lambda _schema: st.none(),
    "array": _arrays,
    "object": _objects,
}


def conversations() -> SearchStrategy[list[dict[str, Any]]]:
    """Return what is said to a chat model."""
    words = prompts(min_size=1)
    part = st.one_of(
        words.map(lambda text: {"type": "text", "text": text}),
        uris().map(lambda url: {"type": "image_url", "image_url": {"url": url}}),
    )
    content = st.one_of(words, st.lists(part, min_size=1, max_size=3))
    turn = st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "system", "assistant"]), "content": content}
    )
    last = st.fixed_dictionaries({"role": st.just("user"), "content": content})
    return st.builds(lambda turns, end: [*turns, end], st.lists(turn, max_size=2), last)


def response_formats() -> SearchStrategy[dict[str, Any]]:
    """Return how a chat model is to answer."""
    schema = {"type": "object", "properties": {"timeout": {"type": "number"}}}
    return st.sampled_from(
        [
            {"type": "text"},
            {"type": "json_object"},
            {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}},
        ]
    )


_BY_NAME: dict[str, Callable[[], SearchStrategy[Any]]] = {
    "prompt": prompts,
    "messages": conversations,
    "response_format": response_formats,
}
"""Parameters whose schemas say less than what they mean."""


def params(model: str = MODEL, longest_s: float = 50.0) -> SearchStrategy[dict[str, Any]]:
    """Return valid parameters of a model, and parameters that it does not know beside them.

    Args:
        model: Its slug.
        longest_s: How long a run may be told to take, where a parameter says so; v1 gives up
            after a minute, and v2 forgets after an hour.
    """
    schema = models()[model]
    properties = dict(schema["properties"])
    duration = schema["x-model"].get("duration_parameter")
    if duration:
        properties[duration] = {**properties[duration], "maximum": longest_s}
    known = {
        name: _BY_NAME[name]() if name in _BY_NAME else values(each)
        for name, each in properties.items()
    }
    required = set(schema.get("required", ())) | ({"prompt"} & known.keys())
    declared = st.fixed_dictionaries(
        {name: each for name, each in known.items() if name in required},
        optional={name: each for name, each in known.items() if name not in required},
    )
    unknown = names().filter(lambda name: name not in properties)
    extra = st.dictionaries(unknown, _rarely(json_values(), large_texts()), max_size=3)
    return st.builds(lambda declared, more: {**declared, **more}, declared, extra)


def payloads() -> SearchStrategy[tuple[str, dict[str, Any]]]:
    """Return a model and valid parameters of it."""
    first = [MODEL, *(slug for slug in models() if slug != MODEL)]
    return st.sampled_from(first).flatmap(lambda slug: st.tuples(st.just(slug), params(slug)))


# --- Behaviours ---------------------------------------------------------------------------


def errors() -> SearchStrategy[str]:
    """Return what a failed job says: words that a client has no reason to change."""
    letters = st.characters(codec="utf-8", exclude_categories=["C", "Z"])
    return st.one_of(st.just("Nope."), st.text(letters, min_size=1, max_size=80))


def fail_with(error: str) -> Effect:
    """Return what makes a run FAIL in its time."""
    return Effect(route="submit", ordinal=0, do={"state": "FAILED", "error": error})


def unknown_states() -> SearchStrategy[str]:
    """Return states that the gateway does not document."""
    words = ["THROTTLED", "STARTING", "RETRYING", "SCALING_UP", "COMPLETE", "DONE", "IN_PROGRESS"]
    return st.sampled_from(words)


def schedules(*, unknown: bool = False) -> SearchStrategy[Behaviour]:
    """Return how many polls a job spends in which state, whichever route is polled.

    Args:
        unknown: Whether the status may name states that nobody has heard of.
    """
    lingering = st.tuples(st.just({"linger": True}), st.none())
    steps: SearchStrategy[Injection | None] = st.one_of(st.none(), lingering)
    if unknown:
        named = unknown_states().map(lambda state: ({"unknown_state": state}, None))
        steps = st.one_of(st.none(), lingering, named)
    plain = st.lists(st.one_of(st.none(), lingering), max_size=6)
    return st.builds(
        lambda status, other: (
            *place("status", status), *place("result", other), *place("poll", other)
        ),
        st.lists(steps, max_size=8),
        plain,
    )  # fmt: skip


def place(route: str, injections: Sequence[Injection | None]) -> Behaviour:
    """Return what makes the n-th call of a route meet the n-th strike; None lets it pass."""
    return tuple(
        Effect(route=route, ordinal=ordinal, do=injection[0], when=_when(injection[1]))
        for ordinal, injection in enumerate(injections)
        if injection is not None
    )


def _when(word: str | None) -> Any:
    return word


def _sides() -> SearchStrategy[str | None]:
    return st.sampled_from(["before", "after"])


def server_errors() -> SearchStrategy[Injection]:
    """Return a 5xx, as the gateway or the edge before it says it."""
    do = st.builds(
        lambda status, body: {"status": status, "body": body},
        st.sampled_from([503, 500, 502, 504]),
        st.sampled_from(["json", "html", "empty"]),
    )
    return st.tuples(do, _sides())


def lost_answers() -> SearchStrategy[Injection]:
    """Return an answer that does not come, or not whole."""
    gone = st.tuples(st.sampled_from([{"reset": True}, {"close": True}]), _sides())
    cut = st.builds(lambda size: ({"truncate_bytes": size}, "after"), st.integers(0, 120))
    return st.one_of(gone, cut)


def garblings(route: str = "status") -> SearchStrategy[Injection]:
    """Return a success whose body is not what it has to be."""
    texts_ = st.sampled_from(["html", "empty", "text:", "text:OK", "text:COMPLETED", "text:{"])
    other = st.sampled_from(["[]", "null", '"COMPLETED"', "5", "true", "[{}]", '[["status"]]'])
    plain = texts_.map(lambda body: {"status": 200, "body": body})
    as_json = {"headers": {"content-type": "application/json"}}
    odd = other.map(lambda body: {"status": 200, "body": f"text:{body}", **as_json})
    answered = st.tuples(st.one_of(plain, odd), _sides())
    if route == "output":
        return lost_answers()
    return st.one_of(answered, st.just((MALFORMED, "after")), lost_answers())


def delays() -> SearchStrategy[Injection]:
    """Return an answer that is late, or comes in pieces, but within anybody's deadline."""
    late = st.sampled_from(SMALL_DELAYS_S).map(lambda delay_s: {"delay_s": delay_s})
    drip = st.just(({"drip": {"bytes": 100, "every_s": 0.005}}, "after"))
    return st.one_of(st.tuples(late, _sides()), drip)


def dropped_fields(route: str = "status") -> SearchStrategy[Injection]:
    """Return an answer that lacks fields."""
    fields = {
        "submit": ["status_url", "response_url", "poll_url", "request_id", "status"],
        "result": ["status", "output", "metrics", "images", "request_id"],
        "credits": ["credits", "free-credits"],
        "sync": ["data", "created", "output"],
    }
    known = fields.get(route, ["status", "metrics", "request_id"])
    chosen = st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True)
    return chosen.map(lambda fields: ({"drop_fields": fields}, None))


def additions() -> SearchStrategy[Injection]:
    """Return an answer with fields that nobody has heard of."""
    names_ = ["region", "queue_position", "logs", "warnings", "progress", "eta", "x", "self"]
    fields = st.dictionaries(st.sampled_from(names_), small_json(), min_size=1, max_size=3)
    return fields.map(lambda fields: ({"extra_fields": fields}, None))


def small_json() -> SearchStrategy[Any]:
    """Return JSON of a few characters."""
    simple = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), texts(max_size=8))
    return st.one_of(simple, st.lists(simple, max_size=2), st.just({}))


def transient_faults() -> SearchStrategy[Injection]:
    """Return something that is over when a poll is repeated."""
    return st.one_of(server_errors(), lost_answers(), garblings())


@st.composite
def poll_faults(draw: st.DrawFn, most: int = MAX_POLL_FAULTS) -> Behaviour:
    """Return faults of polls amid a schedule of states, never more in a row than `PATIENCE`."""
    lingering: SearchStrategy[Injection] = st.just(({"linger": True}, None))
    steps = st.one_of(st.none(), transient_faults(), transient_faults(), delays(), lingering)
    status = _limit_faults(draw(st.lists(steps, max_size=7)), most)
    result = _limit_faults(
        draw(st.lists(st.one_of(st.none(), transient_faults()), max_size=4)), most
    )
    return place("status", status) + place("result", result) + place("poll", result)


def _limit_faults(injections: list[Injection | None], most: int) -> list[Injection | None]:
    """Let those calls pass where too many would go wrong, all in all or in a row."""
    found: list[Injection | None] = []
    total = in_a_row = 0
    for injection in injections:
        is_fault = injection is not None and not {"linger", "delay_s", "drip"} & injection[0].keys()
        passes = is_fault and (total >= most or in_a_row >= PATIENCE)
        in_a_row = in_a_row + 1 if is_fault and not passes else 0
        total += is_fault and not passes
        found.append(None if passes else injection)
    return found


REFUSALS: dict[str, tuple[int, ...]] = {
    "submit": (400, 401, 402, 403, 404, 405, 406, 410, 413),
    "sync": (400, 401, 402, 403, 404, 405, 406, 410, 413),
    "status": (400, 401, 403, 410),
    "result": (400, 401, 403, 410),
    "poll": (400, 401, 403, 410),
    "credits": (401, 403),
    "output": (403, 404, 410),
}
"""The 4xx that asking again does not heal, by route."""


def refusals(route: str = "submit") -> SearchStrategy[Injection]:
    """Return a refusal that no repetition heals; nothing was done."""
    return st.builds(_refusal, st.sampled_from(REFUSALS[route]), _bodies())


def _bodies() -> SearchStrategy[str]:
    return st.sampled_from(["json", "html", "empty"])


def _refusal(status: int, body: str) -> Injection:
    """Return a refusal; which kind a 406 is, only JSON says."""
    return {"status": status, **({} if status == 406 else {"body": body})}, "before"


def rate_limits(longest_s: float = 0.6) -> SearchStrategy[Behaviour]:
    """Return one or two 429s on a real clock, whose window ends so soon."""
    seconds = st.sampled_from([0.3, 0.1, 0.5, longest_s])
    routes = st.sampled_from([("submit",), ("status", "result"), ("submit", "status", "result")])

    def behaviour(where: tuple[str, ...], ordinal: int, wait_s: float) -> Behaviour:
        effects = []
        for route in where:
            place = ordinal if route == "status" else 0
            do = {"status": 429}
            effects.append(Effect(route=route, ordinal=place, do=do, reset_in_s=wait_s))
        return tuple(effects)

    return st.builds(behaviour, routes, st.integers(0, 1), seconds)


def strikes(route: str) -> SearchStrategy[Injection]:
    """Return anything at all that can happen to a call of a route, within anybody's deadline."""
    common: list[SearchStrategy[Injection]] = [
        server_errors(), lost_answers(), garblings(route), delays(), refusals(route),
    ]  # fmt: skip
    if route != "output":
        common += [additions(), dropped_fields(route)]
    if route in {"status", "result", "poll"}:
        common.append(st.just(({"linger": True}, None)))
        common.append(unknown_states().map(lambda state: ({"unknown_state": state}, None)))
    if route not in {"output", "credits"}:
        common.append(errors().map(lambda error: ({"state": "FAILED", "error": error}, None)))
    if route == "submit":
        common.append(st.just(({"opaque_urls": True}, None)))
    if route in {"submit", "status", "result", "poll"}:
        common.append(st.tuples(st.just({"expire": True}), _sides()))
    return st.one_of(common)


@st.composite
def behaviours(draw: st.DrawFn, op: str = "run") -> Behaviour:
    """Return any mix of effects on the routes that an operation uses."""
    routes = ["submit", "status", "result", "poll"] if op == "run" else [_ROUTES[op]]
    effects: dict[tuple[str, int], Effect] = {}
    for _ in range(draw(st.integers(0, 6))):
        route = draw(st.sampled_from(routes))
        ordinal = draw(st.integers(0, 5 if route == "status" else 2))
        do, when = draw(strikes(route))
        effects[route, ordinal] = Effect(route=route, ordinal=ordinal, do=do, when=_when(when))
    return tuple(effects[place] for place in sorted(effects))


# --- Cases --------------------------------------------------------------------------------


def ask(op: str = "run", **parts: Any) -> Operation:
    """Return an ask that polls quickly and sends a prompt, unless told otherwise."""
    given = {"params": {"prompt": PROMPT}, "poll_interval_s": POLL_INTERVAL_S, **parts}
    return Operation(op=op, **given)


def asks(*ops: str) -> SearchStrategy[Operation]:
    """Return an ask for one of these operations, or for any: of any model, with any parameters."""
    return st.one_of([_asks_for(op) for op in ops or _ROUTES])


def _asks_for(op: str) -> SearchStrategy[Operation]:
    if op in {"credits", "download"}:
        return st.just(ask(op))
    return payloads().map(lambda pair: ask(op, model=pair[0], params=pair[1]))


def case(operations: Sequence[Operation], behaviour: Behaviour = (), **parts: Any) -> Case:
    """Return a case of which nothing is said but what happens in it."""
    header = {
        "id": "generated/case",
        "title": "A client reports what it was shown",
        "level": "MUST",
        "facts": ("S2", "T1", "E1"),
    }
    return Case(**{**header, **parts, "operations": tuple(operations), "behaviour": behaviour})


@st.composite
def cases(draw: st.DrawFn, *ops: str, timeout_s: float = 1.0) -> Case:
    """Return any case with one ask, for one of these operations or for any.

    Nothing is expected of it but what holds for all cases.
    """
    op = draw(st.sampled_from(ops or ("run", "run_sync", "credits", "download")))
    plain = st.just(ask(op)) if draw(st.booleans()) else _asks_for(op)
    asked = replace(draw(plain), timeout_s=timeout_s)
    return case([asked], draw(behaviours(op)))
