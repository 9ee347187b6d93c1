"""A model is one file: what it says is what holds, and what is wrong with it is one line."""

import json
import re
from copy import deepcopy
from decimal import Decimal
from itertools import chain
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockserver.base.clock import to_microseconds
from mockserver.base.errors import ContractError
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.files import find_data_dir, read_json
from mockserver.contract.models import load_model, load_models
from mockserver.contract.schemas import Schemas
from mockserver.tests.models import WHOLE

CATALOGUE = Catalogue()
MODELS = CATALOGUE.models
SHARED = CATALOGUE.schemas["urn:segmock:shared:ideogram"]["$defs"]
FIXED_PRICES = {
    "ideogram-turbo-txt-2-img": "0.063",
    "ideogram-turbo-img-2-img": "0.063",
    "ideogram-2a-txt-2-img": "0.05",
    "ideogram-txt-2-img": "0.10",
    "mock-inference": "0",
}
OTHERS = {
    "gpt-5.5": "text",
    "claude-4.5-sonnet": "text",
    "gemini-2.5-flash": "text",
    "sdxl1.0-txt2img": "image",
    "seedance-2.0": "video",
    "lyria-2": "audio",
}
SIZES_V2 = SHARED["resolution_v2"]["enum"]
SIZES_V3 = SHARED["resolution_v3"]["enum"]
RATIOS_V3 = [ratio for ratio in SHARED["aspect_ratio_v3"]["enum"] if ratio]

DEAR = {"usd": "1", "parameter": "speed", "usd_by_value": {"fast": "2"}}
SIDES = {
    "parameters": [],
    "width_parameter": "w",
    "height_parameter": "prompt",
    "default": "64x64",
}

every_model = pytest.mark.parametrize("slug", WHOLE)
json_numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)


def document_of(slug="ideogram-2a-txt-2-img", **changes):
    """Return a model's document; `x_model__price__usd` is the key at x-model, price, usd."""
    document = deepcopy(MODELS[slug].document)
    for path, value in changes.items():
        *parents, name = path.replace("x_model", "x-model").replace("ref_", "$").split("__")
        place = document
        for parent in parents:
            place = place.setdefault(parent, {})
        place[name] = value
    return document


@pytest.fixture
def load(tmp_path):
    """Load a model from a document."""

    def loaded(document, name="model.json"):
        path = tmp_path / name
        path.write_text(json.dumps(document))
        return load_model(path, CATALOGUE.schemas)

    return loaded


def problem(load, document):
    """Return what is wrong with a document: one line that begins with its file."""
    with pytest.raises(ContractError) as refusal:
        load(document)
    line = str(refusal.value)
    assert refusal.value.file.endswith("model.json")
    assert line == f"{refusal.value.file}: {refusal.value.path}: {refusal.value.reason}"
    assert "\n" not in line
    return refusal.value


# --- The models that come with the emulator -----------------------------------------------


def test_the_five_models_the_vendors_test_model_and_the_others_are_there():
    """Every seed model has a contract, and so has the model for trying out clients."""
    told = FIXED_PRICES.keys() | {"ideogram-3"} | set(OTHERS)
    assert set(WHOLE) == told, "OTHERS says what a model makes: give a new one its row"


@every_model
def test_a_file_is_named_after_its_slug(slug):
    """A model's file and its `$id` carry its slug."""
    model = MODELS[slug]
    assert model.file.name == f"{slug}.json"
    assert model.document["$id"] == f"urn:segmock:model:{slug}"


@every_model
def test_examples_and_defaults_satisfy_their_model(slug):
    """What a model shows and what it assumes is allowed by its own schema."""
    model = MODELS[slug]
    validator = Draft202012Validator(model.schema)
    for example in model.document["examples"]:
        validator.validate(example)
        validator.validate({**example, **model.defaults})
        assert model.validator.is_valid(example)


@every_model
def test_no_reference_is_left_in_a_loaded_schema(slug):
    """A loaded schema stands on its own, and its document keeps its references."""
    model = MODELS[slug]
    assert '"$ref"' not in json.dumps(model.schema)
    assert model.document == read_json(find_data_dir("contracts") / "models" / f"{slug}.json")


@pytest.mark.parametrize(("slug", "usd"), FIXED_PRICES.items())
def test_a_model_with_one_price_costs_the_same_whatever_is_asked(slug, usd):
    """Where no parameter decides, the price is the price."""
    assert MODELS[slug].compute_price({}) == Decimal(usd)
    assert MODELS[slug].compute_price({"rendering_speed": "QUALITY"}) == Decimal(usd)


@pytest.mark.parametrize(
    ("params", "usd"),
    [
        ({"rendering_speed": "TURBO"}, "0.037"),
        ({"rendering_speed": "DEFAULT"}, "0.075"),
        ({"rendering_speed": "QUALITY"}, "0.113"),
        ({}, "0.075"),
        ({"rendering_speed": None}, "0.075"),
        ({"rendering_speed": "turbo"}, "0.075"),
        ({"rendering_speed": ["TURBO"]}, "0.075"),
        ({"rendering_speed": 10**5000}, "0.075"),
    ],
)
def test_a_parameter_can_decide_the_price(params, usd):
    """Each rendering speed has its price, and any other value has the ordinary one."""
    assert MODELS["ideogram-3"].compute_price(params) == Decimal(usd)


def asked_sizes():
    """Return every size that can be asked for by name, with the slug and the parameters."""
    for slug in sorted(FIXED_PRICES.keys() - {"mock-inference"}):
        for name in SIZES_V2:
            yield slug, {"resolution": name}, name.removeprefix("RESOLUTION_").split("_")
    for name in SIZES_V3:
        yield "ideogram-3", {"resolution": name}, name.split("x")


def test_every_resolution_is_the_size_that_its_name_says():
    """All 78 names of the second and all 69 of the third generation give their own pixels."""
    assert (len(SIZES_V2), len(SIZES_V3)) == (78, 69)
    for slug, params, (width, height) in asked_sizes():
        assert MODELS[slug].compute_size(params) == (int(width), int(height)), (slug, params)


def test_every_aspect_ratio_is_a_resolution_of_that_shape():
    """All 15 aspect ratios give a size from the list of resolutions, as near as one can be."""
    assert len(RATIOS_V3) == 15
    for ratio in RATIOS_V3:
        width, height = MODELS["ideogram-3"].compute_size({"aspect_ratio": ratio})
        across, down = map(int, ratio.split("x"))
        assert f"{width}x{height}" in SIZES_V3
        assert width / height == pytest.approx(across / down, rel=0.03), ratio


@pytest.mark.parametrize(
    ("params", "size"),
    [
        ({}, (1024, 1024)),
        ({"resolution": None, "aspect_ratio": None}, (1024, 1024)),
        ({"resolution": "512x1536", "aspect_ratio": "1x1"}, (512, 1536)),
        ({"resolution": None, "aspect_ratio": "3x1"}, (1536, 512)),
        ({"resolution": 7, "aspect_ratio": "3x1"}, (1536, 512)),
        ({"size": "512x1536"}, (1024, 1024)),
    ],
)
def test_the_first_parameter_that_gives_a_size_decides(params, size):
    """Resolution comes before aspect ratio, and without either the default holds."""
    assert MODELS["ideogram-3"].compute_size(params) == size


@every_model
def test_a_run_takes_its_typical_time_divided_by_the_speed(slug):
    """At speed 20 a run takes a twentieth of what it takes at speed 1."""
    model = MODELS[slug]
    assert model.compute_seconds({}, 1) == model.terms.typical_s > 0
    assert model.compute_seconds({}, 20) == pytest.approx(model.terms.typical_s / 20)


def test_sleep_means_nothing_to_other_models():
    """Only the test model has a parameter that sets the length of a run."""
    model = MODELS["ideogram-3"]
    assert model.compute_seconds({"sleep": 2}, 1) == model.terms.typical_s


@every_model
def test_a_parameter_without_a_name_means_nothing(slug):
    """Where a model has no parameter for length, size or number, none stands in for it."""
    model, odd = MODELS[slug], {"": 894}
    output = model.terms.output
    assert model.compute_seconds(odd, 1) == model.terms.typical_s
    if output.size:
        assert model.compute_size(odd) == model.compute_size({})
    if output.duration:
        assert model.compute_duration(odd) == model.compute_duration({})
    assert model.count_pictures(odd) == model.count_pictures({})


@pytest.mark.fact("O5")
@pytest.mark.parametrize(
    ("sleep", "seconds"), [(0, 0.0), (2, 2.0), (2.5, 2.5), (3600, 3600.0), ("2.5", 2.5)]
)
def test_the_test_model_runs_for_as_long_as_it_is_told(sleep, seconds):
    """`sleep` is taken literally, whatever the speed."""
    assert MODELS["mock-inference"].compute_seconds({"sleep": sleep}, 20) == seconds


@pytest.mark.parametrize("sleep", [None, -1, "2 ", "1e999", True, False, [2], {}])
def test_a_sleep_that_is_no_duration_is_ignored(sleep):
    """A value that is no length of time leaves the run at its typical one."""
    model = MODELS["mock-inference"]
    assert model.compute_seconds({"sleep": sleep}, 1) == model.terms.typical_s


@given(json_numbers | st.sampled_from([10**400, 1.7e308]))
def test_any_number_is_a_duration_that_a_clock_can_count(sleep):
    """However long a run is asked to take, its time is finite, and whole in microseconds."""
    seconds = MODELS["mock-inference"].compute_seconds({"sleep": sleep}, 20)
    assert isfinite(seconds)
    assert to_microseconds(seconds) >= 0


def test_a_text_model_makes_no_picture():
    """Asking a text model for a size, or for a length, is a mistake of the caller."""
    with pytest.raises(AssertionError, match="mock-inference makes no image"):
        MODELS["mock-inference"].compute_size({})
    with pytest.raises(AssertionError, match="mock-inference makes nothing that plays"):
        MODELS["mock-inference"].compute_duration({})


@pytest.mark.parametrize(("slug", "media"), OTHERS.items())
def test_every_medium_has_a_model(slug, media):
    """Text in three shapes, pictures, films and sounds each have a contract, marked inferred."""
    terms = MODELS[slug].terms
    assert terms.output.media == media
    assert any(entry["evidence"] == "inferred" for entry in terms.provenance)


@pytest.mark.fact("V1c")
@pytest.mark.parametrize(
    ("params", "size"),
    [
        ({}, (1024, 1024)),
        ({"img_width": 768}, (768, 1024)),
        ({"img_width": 512.0, "img_height": 2048}, (512, 2048)),
        ({"img_width": True, "img_height": "512"}, (1024, 512)),
        ({"img_width": "512.0", "img_height": " 512"}, (512, 1024)),
        ({"img_width": 0, "img_height": 10_000}, (1024, 1024)),
        ({"img_width": 512.5, "img_height": 1e300}, (1024, 1024)),
    ],
)
def test_two_parameters_can_be_the_size(params, size):
    """Width and height are taken as they are given; what is no length in pixels is ignored."""
    assert MODELS["sdxl1.0-txt2img"].compute_size(params) == size


@pytest.mark.fact("V1c")
@pytest.mark.parametrize(
    ("params", "count", "is_base64"),
    [
        ({}, 1, False),
        ({"samples": 4, "base64": True}, 4, True),
        ({"samples": 0, "base64": 1}, 1, False),
        ({"samples": "4", "base64": "true"}, 4, True),
        ({"samples": 10**9, "base64": "True"}, 1, True),
        ({"samples": None, "base64": None}, 1, False),
    ],
)
def test_a_parameter_asks_for_base64_and_another_counts(params, count, is_base64):
    """Pictures inside JSON are asked for with true, as text too, and counted within reason."""
    model = MODELS["sdxl1.0-txt2img"]
    assert (model.count_pictures(params), model.is_base64(params)) == (count, is_base64)
    assert (
        MODELS["ideogram-3"].count_pictures(params),
        MODELS["ideogram-3"].is_base64(params),
    ) == (
        1,
        False,
    )


@pytest.mark.parametrize(
    ("slug", "params", "usd"),
    [
        ("seedance-2.0", {}, "1.512"),
        ("seedance-2.0", {"duration": 5}, "0.756"),
        ("seedance-2.0", {"duration": 5, "resolution": "480p"}, "0.3515"),
        ("seedance-2.0", {"duration": 4, "resolution": "4k"}, "5.4432"),
        ("sdxl1.0-txt2img", {}, "0.008"),
        ("sdxl1.0-txt2img", {"samples": 4}, "0.032"),
        ("lyria-2", {}, "0.09"),
    ],
)
def test_films_are_priced_by_the_second_and_pictures_by_their_number(slug, params, usd):
    """The rate is the resolution's; a piece of music has one price."""
    assert MODELS[slug].compute_price(params) == Decimal(usd)


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [(4, 4.0), (15, 15.0), (None, 10.0), ("9", 9.0), (True, 10.0), (-1, 10.0), (10**9, 60.0)],
)
def test_a_film_is_as_long_as_it_is_asked_to_be(duration, seconds):
    """The length of a film is a parameter; without one that is a length, the default holds."""
    assert MODELS["seedance-2.0"].compute_duration({"duration": duration}) == seconds
    assert MODELS["lyria-2"].compute_duration({"duration": duration}) == 4


@pytest.mark.parametrize(
    ("params", "fmt"),
    [
        ({}, "webp"),
        ({"image_format": "png"}, "png"),
        ({"image_format": "jpg"}, "jpeg"),
        ({"image_format": "JPEG"}, "jpeg"),
        ({"image_format": "Gif"}, "gif"),
        ({"image_format": "tiff"}, "png"),
        ({"image_format": "mp4"}, "png"),
        ({"image_format": None}, "webp"),
        ({"image_format": 7}, "png"),
    ],
    ids=str,
)
def test_a_parameter_can_choose_the_format(load, params, fmt):
    """Its default counts; for a word that names none, the format of the contract holds."""
    changes = {
        "x_model__output__format_parameter": "image_format",
        "properties__image_format": {"default": "webp"},
    }
    assert load(document_of(**changes)).compute_format(params) == fmt
    assert MODELS["ideogram-3"].compute_format(params) == "png"


# --- What a task makes --------------------------------------------------------------------

TASKS = {
    "image": ["text-to-image", "image-to-image"],
    "video": ["text-to-video", "image-to-video", "video-to-video"],
    "audio": ["text-to-audio", "audio-to-audio", "video-to-audio"],
    "3d": ["image-to-3d"],
    "text": ["text", "image-to-text", "video-to-text", "audio-to-text"],
    "embedding": ["text-to-embedding"],
}
OUTPUTS = {
    "image": {"format": "png", "size": {"parameters": [], "default": "64x64"}},
    "video": {
        "format": "mp4",
        "size": {"parameters": [], "default": "64x64"},
        "duration": {"default_s": 1},
    },
    "audio": {"format": "wav", "duration": {"default_s": 1}},
    "3d": {"format": "glb"},
    "text": {},
    "embedding": {"provider": "openai", "dimensions": 64},
}


def test_every_task_has_its_medium_here():
    """A new task is to say in `TASKS` what it makes."""
    terms = CATALOGUE.schemas["urn:segmock:schema:model"]["$defs"]["x-model"]
    assert sorted(chain.from_iterable(TASKS.values())) == sorted(
        terms["properties"]["task"]["enum"]
    )


@pytest.mark.no_cover
@pytest.mark.parametrize("media", OUTPUTS)
@pytest.mark.parametrize(
    ("made", "task"), [(made, task) for made, tasks in TASKS.items() for task in tasks]
)
def test_a_task_says_which_medium_comes_out(load, made, task, media):
    """Another medium than the task's is refused, and the bare bytes of v1 are the medium's own."""
    document = document_of(x_model__task=task, x_model__v1_returns="json")
    document["x-model"]["output"] = {"media": media, **OUTPUTS[media]}
    if made != media:
        assert problem(load, document).path == "$['x-model'].output.media"
        return
    assert load(document).terms.output.is_file is (media not in {"text", "embedding"})
    for returns in ("image", "video", "audio", "3d"):
        document["x-model"]["v1_returns"] = returns
        if returns == media:
            assert load(document).terms.v1_returns == returns
        else:
            assert problem(load, document).path == "$['x-model'].output.media"


MEANINGLESS = {
    "image": ["duration", "provider", "dimensions", "kind"],
    "video": ["provider", "dimensions", "kind"],
    "audio": ["size", "provider", "dimensions", "kind"],
    "3d": ["size", "duration", "provider", "dimensions", "kind"],
    "text": ["size", "duration", "format", "dimensions"],
    "embedding": ["size", "duration", "format", "kind"],
}


@pytest.mark.parametrize(
    ("media", "name"), [(media, name) for media, names in MEANINGLESS.items() for name in names]
)
def test_what_means_nothing_for_a_medium_is_refused(load, media, name):
    """A mesh has no size, and a picture no dimensions; the reason quotes what is too much."""
    given = {
        "duration": {"default_s": 1},
        "size": OUTPUTS["image"]["size"],
        "provider": "openai",
        "dimensions": 8,
        "format": "png",
        "kind": "caption",
    }
    document = document_of(x_model__task=TASKS[media][0], x_model__v1_returns="json")
    document["x-model"]["output"] = {"media": media, **OUTPUTS[media], name: given[name]}
    error = problem(load, document)
    assert error.path.startswith("$['x-model'].output")
    assert repr(given[name]) in error.reason


@pytest.mark.parametrize("name", ["dimensions", "provider"])
def test_a_vector_has_a_length_and_a_shape(load, name):
    """Neither can be left out, and Anthropic has no vectors."""
    output = {"media": "embedding", **OUTPUTS["embedding"]}
    document = document_of(x_model__task="text-to-embedding", x_model__v1_returns="json")
    document["x-model"]["output"] = {key: value for key, value in output.items() if key != name}
    assert name in problem(load, document).reason
    document["x-model"]["output"] = {**output, "provider": "anthropic"}
    assert "anthropic" in problem(load, document).reason


def test_a_transcription_has_no_provider(load):
    """It is no answer to a conversation, and whose shape it has is known."""
    document = document_of(x_model__task="audio-to-text", x_model__v1_returns="json")
    document["x-model"]["output"] = {"media": "text", "kind": "transcription"}
    assert load(document).terms.output.needs_every_word is False
    document["x-model"]["output"] |= {"provider": "openai"}
    assert problem(load, document).path == "$['x-model'].output"
    del document["x-model"]["output"]["kind"]
    assert load(document).terms.output.needs_every_word is True


@pytest.mark.fact("P6")
@every_model
def test_a_contract_refuses_what_is_missing_on_proof_alone(slug):
    """Its page was seen whole, as a seed, or the live service refused it; a list's word advises."""
    model = MODELS[slug]
    proven = {row["evidence"] for row in model.document["x-model"]["provenance"]} & {"seed", "live"}
    assert proven or "required" not in model.schema


# --- Broken files -------------------------------------------------------------------------


def test_a_model_is_one_file(load):
    """A file that is right is a model, with what it says under its own names."""
    model = load(document_of(x_model__slug="mine", x_model__price__usd="1.10"))
    assert (model.slug, model.compute_price({})) == ("mine", Decimal("1.10"))
    assert model.defaults["style_type"] == "GENERAL"
    assert model.properties["prompt"]["minLength"] == 1


@pytest.mark.parametrize(
    ("changes", "path", "reason"),
    [
        ({"ref_schema": "http://json-schema.org/draft-07/schema#"}, "$['$schema']", "expected"),
        ({"ref_id": 7}, "$['$id']", "not of type 'string'"),
        ({"title": ""}, "$.title", "non-empty"),
        ({"type": "array"}, "$.type", "'object' was expected"),
        ({"examples": []}, "$.examples", "non-empty"),
        ({"properties__a": {"type": "text"}}, "$.properties.a.type", "'text' is not valid"),
        ({"x_model__colour": "red"}, "$['x-model']", "'colour' was unexpected"),
        ({"x_model__slug": "No Slug"}, "$['x-model'].slug", "does not match"),
        ({"x_model__task": "text-to-smell"}, "$['x-model'].task", "is not one of"),
        ({"x_model__task": "text"}, "$['x-model'].output.media", "'text' was expected"),
        ({"x_model__v1_returns": "bytes"}, "$['x-model'].v1_returns", "is not one of"),
        ({"x_model__typical_s": 0}, "$['x-model'].typical_s", "minimum of 0"),
        ({"x_model__price__usd": 0.05}, "$['x-model'].price.usd", "not of type 'string'"),
        ({"x_model__price__usd": "-1"}, "$['x-model'].price.usd", "does not match"),
        ({"x_model__price__usd": "1e-2"}, "$['x-model'].price.usd", "does not match"),
        ({"x_model__price__parameter": "a"}, "$['x-model'].price", "dependency"),
        ({"x_model__price__per": "hour"}, "$['x-model'].price.per", "is not one of"),
        ({"x_model__price__per": "second"}, "$['x-model'].output", "'duration' is a required"),
        ({"x_model__level": "guessed"}, "$['x-model'].level", "is not one of"),
        ({"x_model__price__usd_by_value": {"a": "1"}}, "$['x-model'].price", "dependency"),
        ({"x_model__output__format": "bmp"}, "$['x-model'].output.format", "is not one of"),
        (
            {"x_model__output__size__default": "10000x9"},
            "$['x-model'].output.size.default",
            "match",
        ),
        ({"x_model__output__size__default": "0x9"}, "$['x-model'].output.size.default", "match"),
        ({"x_model__seed__minimum": -1}, "$['x-model'].seed.minimum", "less than the minimum"),
        ({"x_model__provenance": []}, "$['x-model'].provenance", "non-empty"),
        ({"properties__a": {"$ref": "urn:none"}}, "$ref", "urn:none names no schema"),
        ({"properties__a": {"$ref": "#"}}, "$ref", "# refers to itself"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_broken_model_is_told_in_one_line(load, changes, path, reason):
    """Each thing that can be wrong is told with the file, the place and the reason."""
    error = problem(load, document_of(**changes))
    assert error.path == path
    assert reason in error.reason


@pytest.mark.parametrize("part", ["title", "description", "x-model", "properties", "examples"])
def test_a_missing_part_is_named(load, part):
    """A file without a part that every model has is told which."""
    document = document_of()
    del document[part]
    assert problem(load, document).reason == f"'{part}' is a required property"


@pytest.mark.parametrize("part", ["slug", "task", "v1_returns", "typical_s", "price", "output"])
def test_a_missing_term_is_named(load, part):
    """A model without one of its terms is told which."""
    document = document_of()
    del document["x-model"][part]
    assert problem(load, document).reason == f"'{part}' is a required property"


@pytest.mark.parametrize("document", [[], None, "model", 7])
def test_a_file_that_is_no_object_is_told(load, document):
    """JSON that is no object is no model."""
    assert "is not of type 'object'" in problem(load, document).reason


def test_an_example_that_breaks_its_own_model_is_told_by_its_place(load):
    """Examples are checked against the schema that they stand in."""
    document = document_of()
    document["examples"].insert(1, {"prompt": ""})
    error = problem(load, document)
    assert error.path == "$.examples[1]"
    assert error.reason == "breaks the model's own schema: at $.prompt '' should be non-empty"


@pytest.mark.parametrize(
    ("changes", "path", "reason"),
    [
        ({"x_model__price": DEAR}, "price.parameter", "there is no 'speed' among the properties"),
        ({"x_model__output__size__parameters": ["speed"]}, "output.size.parameters[0]", "no 'sp"),
        ({"x_model__output__size": SIDES}, "output.size.width_parameter", "no 'w' among"),
        ({"x_model__seed__parameter": "speed"}, "seed.parameter", "no 'speed' among"),
        ({"x_model__output__format_parameter": "fmt"}, "output.format_parameter", "no 'fmt' among"),
        ({"x_model__duration_parameter": "speed"}, "duration_parameter", "no 'speed' among"),
        ({"x_model__base64": {"parameter": "speed"}}, "base64.parameter", "no 'speed' among"),
        (
            {"x_model__base64": {"parameter": "prompt", "count_parameter": "speed"}},
            "base64.count_parameter",
            "no 'speed' among",
        ),
        ({"x_model__slug": "requests"}, "slug", "another route of the gateway is called requests"),
        ({"x_model__slug": "get-user-credits"}, "slug", "another route of the gateway"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_name_that_means_nothing_is_told(load, changes, path, reason):
    """A term may only name parameters that there are, and a slug be none that a route uses."""
    error = problem(load, document_of(**changes))
    assert error.path == f"$['x-model'].{path}"
    assert reason in error.reason


def test_the_length_of_a_film_names_a_parameter_that_there_is(load):
    """A film's duration parameter is looked for among the properties too."""
    changes = {"x_model__output__duration__parameter": "speed"}
    error = problem(load, document_of("seedance-2.0", **changes))
    assert error.path == "$['x-model'].output.duration.parameter"


@pytest.mark.parametrize("default", ["X", 7, None])
def test_a_default_that_its_own_schema_refuses_is_told(load, default):
    """What a parameter is without being sent must be allowed when it is sent."""
    error = problem(load, document_of(properties__style_type__default=default))
    assert error.path == "$.properties.style_type.default"
    assert error.reason.startswith(f"breaks the schema that it stands in: {default!r} is not one")


@pytest.mark.parametrize(
    ("slug", "changes", "path"),
    [
        ("seedance-2.0", {"x_model__v1_returns": "image"}, "output.media"),
        ("seedance-2.0", {"x_model__output__format": "png"}, "output.format"),
        ("lyria-2", {"x_model__v1_returns": "video"}, "output.media"),
        ("lyria-2", {"x_model__output__format_parameter": "prompt"}, "output"),
        ("lyria-2", {"x_model__output__provider": "openai"}, "output"),
        ("gpt-5.5", {"x_model__output__format": "png"}, "output"),
        ("gpt-5.5", {"x_model__output__provider": "other"}, "output.provider"),
        ("gpt-5.5", {"x_model__base64": {"parameter": "prompt"}}, "output.media"),
    ],
)
def test_media_formats_and_shapes_go_together(load, slug, changes, path):
    """A model cannot answer in another medium, or with more, than what it makes."""
    assert problem(load, document_of(slug, **changes)).path == f"$['x-model'].{path}"


@pytest.mark.parametrize(
    "changes",
    [
        {"properties__a": {"type": "string", "pattern": "["}},
        {"properties__a": {"$dynamicRef": "#none"}},
        {"x_model__typical_s": 10**400},
        {"x_model__price__usd": "0.1\n"},
        {"x_model__slug": "mine\n"},
    ],
    ids=lambda changes: re.sub(r"\W+", " ", str(changes))[:40],
)
def test_a_model_that_cannot_work_is_told_in_one_line(load, changes):
    """What would fail later, when the model is called, is refused when it is loaded."""
    assert problem(load, document_of(**changes)).reason


def test_a_parameter_may_be_anything(load):
    """`true` is a schema: a parameter that it describes may have any value."""
    model = load(document_of(properties__extra=True))
    assert model.validator.is_valid({"prompt": "a", "extra": [1]})


def test_a_range_of_seeds_may_be_a_single_one(load):
    """A model's seeds go from a minimum to a maximum, which is not below it."""
    seed = {"parameter": "seed", "minimum": 9, "maximum": 9}
    assert load(document_of(x_model__seed=seed)).terms.seed.maximum == 9
    error = problem(load, document_of(x_model__seed={**seed, "maximum": 8}))
    assert (error.path, error.reason) == ("$['x-model'].seed", "its minimum is above its maximum")


# --- Folders ------------------------------------------------------------------------------


def folder_of(path, **documents):
    """Write documents into a new folder, one file each, and return it."""
    path.mkdir()
    for name, document in documents.items():
        (path / f"{name}.json").write_text(json.dumps(document))
    return path


def test_a_model_of_ones_own_replaces_the_one_of_its_slug(tmp_path):
    """Of two with a slug the one in one's own folder counts; what else is there stays."""
    folder = folder_of(tmp_path / "mine", z=document_of(x_model__price__usd="9"))
    models = Catalogue(folder).models
    assert models["ideogram-2a-txt-2-img"].compute_price({}) == Decimal(9)
    assert list(models) == list(MODELS)
    assert models["ideogram-3"].file == MODELS["ideogram-3"].file


def test_a_catalogue_takes_in_a_folder_of_ones_own(tmp_path):
    """Models of an extra folder stand beside those that come with the emulator."""
    folder = folder_of(tmp_path / "mine", a=document_of(x_model__slug="mine"))
    assert Catalogue(folder).models.keys() == MODELS.keys() | {"mine"}


def test_two_files_of_a_folder_cannot_share_a_slug(tmp_path):
    """The second file of a slug is told the name of the first."""
    folder = folder_of(tmp_path / "mine", a=document_of(), b=document_of())
    with pytest.raises(ContractError) as refusal:
        load_models(folder, CATALOGUE.schemas)
    assert refusal.value.file == str(folder / "b.json")
    assert refusal.value.path == "$['x-model'].slug"
    assert refusal.value.reason == "ideogram-2a-txt-2-img is already in a.json"


@pytest.mark.parametrize(
    ("name", "words"),
    [("none", "there is no such folder"), ("file", "it is a file; name the folder")],
)
def test_a_folder_that_is_none_is_told(tmp_path, name, words):
    """A folder that is not there, or is a file, is a broken contract."""
    (tmp_path / "file").touch()
    with pytest.raises(ContractError, match=words):
        load_models(tmp_path / name, Schemas([]))


def test_a_folder_without_models_is_told(tmp_path):
    """A folder that was given for its models and has none is a broken contract."""
    with pytest.raises(ContractError, match=r"there is no \*\.json in this folder"):
        load_models(tmp_path, CATALOGUE.schemas)
