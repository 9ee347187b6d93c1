"""What was seen of parameters becomes schemas that refuse no more than is proven."""

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.importing.observations import REFUSES, UNKNOWN, Observation, make_properties
from mockserver.importing.spellings import find_spellings

EVIDENCE = [*sorted(REFUSES), "vendor-code", "clients", "third", "inferred"]


def make(*observed, samples=()):
    """Return the parameters made of observations of one parameter, `steps`."""
    return make_properties({"steps": observed}, samples)


def make_one(*observed, samples=()):
    """Return the schema made of observations of one parameter, without its evidence."""
    schema = make(*observed, samples=samples).properties["steps"]
    del schema["x-evidence"]
    return schema


def test_what_a_reliable_source_states_whole_refuses():
    """Type, range and complete list come into the schema, and with them default and evidence."""
    seen = Observation(
        evidence="docs", type="integer", minimum=1, maximum=9, default=5, description="How many."
    )
    assert make(seen).properties == {
        "steps": {
            "type": "integer",
            "minimum": 1,
            "maximum": 9,
            "description": "How many.",
            "default": 5,
            "x-evidence": "docs",
        }
    }
    listed = Observation(evidence="seed", type="string", values=["A", "B"])
    assert make_one(listed) == {"type": "string", "enum": ["A", "B"]}


@pytest.mark.fact("P7")
def test_a_list_that_is_cut_only_advises():
    """Who sees ten of 78 values cannot refuse the others."""
    seen = Observation(evidence="seed", type="string", values=["A", "B"], values_cut=True)
    assert make_one(seen) == {"type": "string", "x-advice": {"enum": ["A", "B"]}}


@pytest.mark.parametrize("evidence", ["clients", "vendor-code", "third", "inferred"])
def test_weak_evidence_never_refuses(evidence):
    """What a client believes is an advice, whatever it is."""
    seen = Observation(
        evidence=evidence, type="integer", minimum=1, maximum=4, values=[1, 4], required=True
    )
    made = make(seen, samples=[{"steps": 1}])
    assert made.properties["steps"] == {
        "x-evidence": evidence,
        "x-advice": {"type": "integer", "enum": [1, 4], "minimum": 1, "maximum": 4},
    }
    assert (made.required, made.advice) == ([], {"required": ["steps"]})


@pytest.mark.fact("P6")
@pytest.mark.parametrize(
    ("evidence", "samples", "becomes"),
    [
        ("seed", [], "required"),
        ("live", [{}], "required"),
        ("docs", [], "advised"),
        ("docs", [{"steps": 1}], "required"),
        ("docs", [{"steps": 1}, {}], "left out"),
        ("docs", [{"steps": None}], "left out"),
        ("clients", [{"steps": 1}], "advised"),
        ("vendor-code", [{"steps": 1}, {}], "left out"),
    ],
)
def test_a_missing_parameter_is_refused_with_proof_alone(evidence, samples, becomes):
    """Proof is a seed, the live service, or a page whose every sample has the parameter.

    What a published payload leaves out is not required, and nobody is advised to send it.
    """
    made = make(Observation(evidence=evidence, required=True), samples=samples)
    assert made.required == (["steps"] if becomes == "required" else [])
    assert made.advice == ({"required": ["steps"]} if becomes == "advised" else {})


@pytest.mark.parametrize("claim", [{"type": "boolean"}, {"minimum": 2}, {"values": ["a"]}], ids=str)
def test_what_a_payload_disproves_of_a_weak_source_is_no_advice(claim):
    """Of two of the vendor's clients neither is told to be like the other."""
    seen = Observation(evidence="vendor-code", **claim)
    (told,) = make(seen, samples=[{"steps": 0.5}]).properties.values()
    assert told.keys() == {"x-evidence"}
    (told,) = make(seen).properties.values()
    assert told["x-advice"]


@pytest.mark.fact("P2", "P6")
@pytest.mark.parametrize("samples", [[], [{"steps": 3}]])
def test_what_is_null_by_default_is_not_required(samples):
    """Whatever else the page says: null is as if it were left out."""
    seen = Observation(evidence="docs", type="integer", required=True, default=None)
    made = make(seen, samples=samples)
    assert (made.required, made.advice) == ([], {})


def test_what_only_samples_have_is_not_required():
    """A parameter that every sample has but no source calls required may be left out."""
    made = make(Observation(evidence="docs"), samples=[{"steps": 1}])
    assert (made.required, made.advice) == ([], {})


@pytest.mark.fact("P7")
@pytest.mark.parametrize(
    ("observed", "samples"),
    [
        ({"default": 7.5}, []),
        ({"seen": [7.5]}, []),
        ({"seen": ["7.5"]}, []),
        ({}, [{"steps": 7.5}]),
    ],
)
def test_a_range_that_a_value_in_use_breaks_only_advises(observed, samples):
    """The vendor's pages have defaults and samples beyond their own ranges."""
    seen = Observation(evidence="docs", type="number", minimum=0, maximum=1, **observed)
    made = make(seen, samples=samples)
    schema = made.properties["steps"]
    assert schema["type"] == "number"
    assert schema["x-advice"] == {"minimum": 0, "maximum": 1}
    assert "maximum" not in schema
    assert len(made.notes) == 1
    assert made.notes[0].startswith("steps: ")
    assert "7.5" in made.notes[0]


def test_a_value_that_another_source_lists_is_in_use():
    """Two lists that differ: neither refuses what the other has."""
    docs = Observation(evidence="docs", type="integer", values=[1, 2])
    clients = Observation(evidence="clients", values=[1, 2, 4])
    assert make_one(docs, clients)["x-advice"] == {"enum": [1, 2]}


def test_the_weightiest_source_decides():
    """What a first source states is not stated again by a second one."""
    docs = Observation(evidence="docs", type="integer", default=3)
    code = Observation(evidence="vendor-code", type="string", default=4, minimum=1)
    assert make_one(docs, code) == {"type": "integer", "default": 3, "x-advice": {"minimum": 1}}


@pytest.mark.parametrize(
    ("evidence", "schema"),
    [("vendor-code", {"default": 3}), ("clients", {"x-advice": {"default": 3}})],
)
def test_the_default_of_a_client_is_its_own(evidence, schema):
    """What a client sends when it is not told otherwise is not what the model takes then."""
    assert make_one(Observation(evidence=evidence, default=3)) == schema


@pytest.mark.fact("P2")
@pytest.mark.parametrize(
    ("observed", "schema"),
    [
        ({"type": "integer"}, {"type": ["integer", "null"]}),
        ({"values": ["a"]}, {"enum": ["a", None]}),
        ({"type": "string | integer"}, {"type": ["string", "integer", "null"]}),
        ({}, {}),
    ],
)
def test_a_default_of_null_is_taken(observed, schema):
    """A schema takes its own default."""
    seen = Observation(evidence="docs", default=None, **observed)
    assert make_one(seen) == {**schema, "default": None}


@pytest.mark.fact("P1")
def test_texts_that_spell_numbers_are_values_of_a_number():
    """Older pages list texts where newer ones list numbers."""
    seen = Observation(evidence="docs", type="integer", values=["2", "4"], default="2", seen=[4])
    assert make_one(seen) == {"type": "integer", "enum": [2, 4], "default": 2}


def test_a_form_that_a_value_breaks_leaves_the_type():
    """A URI that was sent as base64 is still a text."""
    seen = Observation(evidence="docs", type="string (uri)", seen=["iVBORw0KGgo="])
    schema = make_one(seen)
    assert schema["type"] == "string"
    assert "pattern" not in schema
    assert "pattern" in schema["x-advice"]


def test_a_range_of_what_is_no_number_only_advises():
    """It may be meant of a length; nobody knows."""
    seen = Observation(evidence="docs", type="string", minimum=1)
    assert make_one(seen) == {"type": "string", "x-advice": {"minimum": 1}}


def test_an_unknown_type_takes_anything_and_is_noted():
    """The note says which words were not understood."""
    made = make(Observation(evidence="docs", type="vec3"))
    assert made.properties == {"steps": {"x-evidence": "docs"}}
    assert made.notes == ["steps: the type 'vec3' is not known, so any value passes"]


def test_claims_that_cannot_hold_together_only_advise():
    """A sample has to pass the whole schema, not every keyword by itself."""
    docs = Observation(evidence="docs", values=["5"], seen=["5"])
    sdk = Observation(evidence="sdk", type="integer")
    made = make(docs, sdk)
    assert made.properties["steps"] == {
        "enum": ["5"],
        "x-evidence": "docs",
        "x-advice": {"type": "integer"},
    }


@pytest.mark.fact("T10")
def test_a_required_prompt_is_not_empty():
    """An empty prompt is as good as none; of other texts that is not known."""
    seen = Observation(evidence="seed", type="string", required=True)
    made = make_properties({"prompt": [seen], "name": [seen]})
    assert made.properties["prompt"]["minLength"] == 1
    assert "minLength" not in made.properties["name"]


def test_an_advice_of_a_source_is_kept():
    """Whoever knows more than the keywords say can advise with a schema."""
    advice = {"anyOf": [{"required": ["name"]}, {"required": ["members"]}]}
    assert make_one(Observation(evidence="seed", type="any", advice=advice))["x-advice"] == advice


scalars = st.none() | st.booleans() | st.integers(-99, 99) | st.sampled_from(["5", "0.5", "a", ""])
observations = st.builds(
    Observation,
    evidence=st.sampled_from(EVIDENCE),
    type=st.sampled_from([None, "string", "integer", "number", "boolean", "string (uri)", "x"]),
    required=st.sampled_from([None, True, False]),
    default=scalars | st.just(UNKNOWN),
    minimum=st.none() | st.integers(-9, 9),
    maximum=st.none() | st.integers(-9, 9),
    values=st.none() | st.lists(scalars, max_size=3),
    values_cut=st.booleans(),
    seen=st.lists(scalars, max_size=3),
)


@given(st.lists(observations, max_size=3), st.lists(st.fixed_dictionaries({"steps": scalars})))
def test_whatever_was_in_use_passes(observed, samples):
    """Defaults, values of samples and listed values are taken, the default as it stands."""
    made = make(*observed, samples=samples)
    schema = made.properties["steps"]
    takes = jsonschema_rs.validator_for(schema).is_valid
    used = [value for each in observed for value in (*each.seen, *(each.values or ()))]
    used += [sample["steps"] for sample in samples]
    for value in used:
        assert value is None or any(map(takes, find_spellings(value)))
    assert "default" not in schema or takes(schema["default"])
