"""JSON Schemas that ask for more work than anybody would wait for."""


def chain(length, level, last):
    """Return a schema of which each part refers to the next one, by what `level` makes of it."""
    parts = {str(place): level({"$ref": f"#/$defs/{place + 1}"}) for place in range(length)}
    return {"$defs": {**parts, str(length): last}, "$ref": "#/$defs/0"}


def twice(keyword):
    """Return a level that refers twice to the next one."""
    return lambda part: {keyword: [part, part]}


def record(part):
    """Return a level that is an object, of which the next one is said twice to be a property."""
    inner = {"properties": {"n": part}}
    return {"type": "object", "required": ["n"], **inner, "allOf": [inner]}


def nested(level, depth):
    """Return a schema with each part inside of another."""
    schema = {"type": "integer"}
    for place in range(depth):
        schema = level(schema, place)
    return schema


def unevaluated(inner, place):
    """Return a level that has to know what all the inner ones have evaluated."""
    properties = {f"p{place}": True}
    return {"allOf": [inner], "unevaluatedProperties": False, "properties": properties}


def thicket():
    """Return a schema of a thousand ways, none of which leads anywhere."""
    level = {"anyOf": [{"type": "string", "pattern": "^a{5}$", "maxLength": 3}] * 4}
    for _ in range(4):
        level = {"type": "object", "required": ["a", "b"], "properties": {"b": level, "a": {}}}
        level = {"anyOf": [level] * 4}
    return level


A_WORD = "a" * 40 + "!"
LONG_TEXT = {"type": "string", "minLength": 50_000}
NEEDLES = "|".join(f"a{place}" for place in range(50_000))
MANY = {f"a{place}": {} for place in range(5_000)}
DAG = chain(60, twice("anyOf"), {"type": "integer"})
CLIQUE = {
    str(one): {"allOf": [{"$ref": f"#/$defs/{other}"} for other in range(20) if other != one]}
    for one in range(20)
}

HOSTILE = {
    "a name against a pattern that backtracks": {
        "type": "object", "patternProperties": {"^(a+)+$": {}}, "required": [A_WORD],
    },
    "a name against an assertion that backtracks": {
        "type": "object", "patternProperties": {"^(?=(a+)+$)b": {}}, "required": [A_WORD],
    },
    "a name that is merged with a pattern": {
        "type": "object",
        "allOf": [{"properties": {A_WORD: {}}}, {"patternProperties": {"^(a+)+$": {}}}],
    },
    "a long text against an assertion": {
        "pattern": "(?=(?:[ab]*a){30}[ab]{30}c)d", **LONG_TEXT,
    },
    "a long text against many states": {
        "type": "string", "pattern": "[ab]*a[ab]{5000}[cd]", "minLength": 9_000,
    },
    "a list of long texts": {"type": "array", "minItems": 1_000, "items": LONG_TEXT},
    "a list of long values": {
        "type": "array", "minItems": 1_000, "items": {"const": "x" * 100_000},
    },
    "a list of long names": {
        "type": "array",
        "minItems": 1_000,
        "items": {"type": "object", "required": ["x" * 100_000]},
    },
    "a long set": {"enum": [*range(100_000)], "minimum": 99_999},
    "a set that is looked through": {"enum": [*range(19_000)], "minimum": 18_999},
    "a set that is looked through in vain": {"enum": [*range(9_000)], "minimum": 9_000},
    "a pattern of many needles": {"type": "string", "pattern": NEEDLES},
    "a pattern that repeats nothing": {"type": "string", "pattern": "^(?:(?:){9999}){9999}$"},
    "a pattern that repeats repetitions": {"type": "string", "pattern": "^((a?){100}){190}$"},
    "patterns that are long to compile": {
        "properties": {name: {"pattern": f"^{name}.{{1,1000}}$"} for name in [*MANY][:500]},
    },
    "names against many patterns": {
        "type": "object",
        "patternProperties": {f"^{name}.*x$": {} for name in [*MANY][:500]},
        "required": [*MANY][:500],
    },
    "all different": {
        "type": "array",
        "uniqueItems": True,
        "minItems": 1_000,
        "items": {"type": "integer", "minimum": 0, "maximum": 1_000},
    },
    "twice each, in one": chain(60, twice("allOf"), {"type": "integer"}),
    "twice each, in what it is not": {"not": DAG, "$defs": DAG["$defs"]},
    "twice each, a level deeper": chain(50, record, {}),
    "each in terms of all": {"type": "integer", "not": {"$ref": "#/$defs/0"}, "$defs": CLIQUE},
    "a long way round": chain(4_000, lambda part: part, {"type": "integer"}),
    "a long way of choices": chain(1_500, lambda part: {"anyOf": [False, part]}, {"const": 1}),
    "nothing beside, at each level": nested(unevaluated, 30),
    "a deep well": nested(lambda inner, _: {"items": inner}, 5_000),
    "many truths at once": {"allOf": [True] * 15_000},
    "much at once": {"allOf": [{"properties": {name: {}}} for name in MANY]},
    "one of many that are the same": {"oneOf": [{"type": "integer"}] * 3_000},
    "alternatives of alternatives": {
        "maxProperties": 3,
        "allOf": [
            {"anyOf": [{"type": "object", "required": [f"a{one}{other}"]} for other in range(20)]}
            for one in range(20)
        ],
    },
    "each brings all along": {
        "type": "object",
        "required": ["a0"],
        "dependentRequired": {name: [*MANY][:100] for name in [*MANY][:100]},
    },
    "much that is almost the same": {
        "type": "array",
        "minItems": 1_000,
        "items": {
            "allOf": [{"properties": {"a": {"enum": [*range(4_000), end]}}} for end in (0.1, 0.2)],
            "type": "object",
        },
    },
    "a thicket": thicket(),
}  # fmt: skip
"""Each is answered with a document, or with a reason, after little work."""
