"""What the parameters of a run ask for, under every name and spelling that was seen."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.clock import to_microseconds
from mockserver.contract import run_parameters
from mockserver.contract.kinds import load_kinds
from mockserver.contract.model_terms import parse_terms
from mockserver.media.artefacts import FORMATS
from mockserver.tests.contract.test_parameter_values import anything
from mockserver.tests.models import MODELS


def make_terms(task, **changes):
    """Return the terms of a model of which the task alone is known."""
    return parse_terms({"slug": "any", "task": task, **load_kinds()[task].model, **changes})


PICTURE, FILM, SOUND, CHAT = map(
    make_terms, ["image-to-image", "image-to-video", "text-to-audio", "text"]
)
BY_LENGTH = {"usd": "1", "parameter": ["duration", "seconds"], "usd_by_value": {"5": "5"}}


@pytest.mark.parametrize(
    ("params", "seconds"),
    [
        ({}, 5),
        ({"duration": 8}, 8),
        ({"duration": "10"}, 10),
        ({"duration": "10s"}, 10),
        ({"duration": 7.5}, 7.5),
        ({"duration": None, "seconds": "4"}, 4),
        ({"duration": "long"}, 5),
        ({"duration": -1, "num_frames": 48}, 2),
        ({"duration": 0}, 5),
        ({"duration": 1e-9}, 0.001),
        ({"duration": 10**400}, 60),
        ({"duration": 6, "num_frames": 240}, 6),
        ({"num_frames": 81, "frames_per_second": 16}, 81 / 16),
        ({"num_frames": "121", "fps": "24"}, 121 / 24),
        ({"frames": 14, "fps": 7}, 2),
        ({"length": 97}, 97 / 24),
        ({"video_length": 77, "fps": None}, 77 / 24),
        ({"video_length": 77, "fps": 0}, 77 / 24),
        ({"video_length": 0}, 5),
        ({"frames": 10**400, "fps": 1e-300}, 60),
        ({"frames": 1, "fps": 10**400}, 0.001),
    ],
    ids=lambda value: str(value)[:50],
)
def test_a_film_plays_as_long_as_it_was_asked_to(params, seconds):
    """Seconds come before pictures, of which there are 24 in a second unless it is said."""
    assert run_parameters.compute_duration(FILM.output.duration, params) == pytest.approx(seconds)


def test_the_length_of_a_sound_is_in_seconds():
    """A sound has no pictures to be counted."""
    duration = SOUND.output.duration
    assert run_parameters.compute_duration(duration, {"duration": "30"}) == 30
    assert run_parameters.compute_duration(duration, {"num_frames": 48}) == 8


@pytest.mark.parametrize(
    ("params", "fmt"),
    [
        ({}, "png"),
        ({"output_format": "jpg"}, "jpeg"),
        ({"image_format": "WEBP"}, "webp"),
        ({"file_type": "jpeg"}, "jpeg"),
        ({"format": "webp"}, "webp"),
        ({"output_format": None, "format": "webp"}, "webp"),
        ({"file_type": "gif"}, "gif"),
        ({"output_format": ["jpg"]}, "png"),
    ],
    ids=str,
)
def test_a_picture_has_the_format_that_was_asked_for(params, fmt):
    """A word that names none of these formats leaves the kind's own."""
    assert run_parameters.compute_format(PICTURE.output, params, {}) == fmt


def test_the_default_of_a_format_counts():
    """Of the contract's own defaults the first of its names decides, where the request has none."""
    defaults = {"image_format": "webp"}
    assert run_parameters.compute_format(PICTURE.output, {"format": None}, defaults) == "webp"
    assert run_parameters.compute_format(PICTURE.output, {"format": ""}, defaults) == "png"
    assert run_parameters.compute_format(FILM.output, {"format": "webp"}, {}) == "mp4"


@pytest.mark.parametrize("name", ["samples", "num_outputs", "num_images", "n", "max_images"])
@pytest.mark.parametrize(
    ("value", "count"), [(3, 3), ("3", 3), (16.0, 16), (None, 1), (0, 1), (17, 1), ("many", 1)]
)
def test_pictures_are_counted_under_every_name(name, value, count):
    """What is no number from 1 to 16 asks for one."""
    assert run_parameters.count_pictures(PICTURE, {name: value}) == count
    assert run_parameters.count_pictures(FILM, {name: value}) == 1


def test_a_number_beside_base64_counts_as_well():
    """Contracts may have it where pictures inside JSON are asked for; that of output is first."""
    base64 = {"parameter": "base64", "count_parameter": "amount"}
    terms = make_terms("text-to-image", base64=base64)
    assert run_parameters.count_pictures(terms, {"amount": 3, "n": 2}) == 2
    bare = make_terms(
        "text-to-image", base64=base64, output={"media": "image", "size": {"default": "8x8"}}
    )
    assert run_parameters.count_pictures(bare, {"amount": 3, "n": 2}) == 3


@pytest.mark.fact("V6")
@pytest.mark.parametrize("name", ["base64", "base_64"])
@pytest.mark.parametrize(("value", "asked"), [(True, True), ("true", True), (False, False)])
def test_pictures_inside_json_are_asked_for_under_either_name(name, value, asked):
    """Any picture may come as text inside JSON; nothing else does."""
    assert run_parameters.is_base64(PICTURE, {name: value}) is asked
    assert run_parameters.is_base64(FILM, {name: value}) is False


@pytest.mark.fact("V6")
def test_every_picture_model_that_may_have_base64_reads_it():
    """Only a contract that says all of its parameters, and names none for this, has none."""
    names = set(PICTURE.base64.parameter)
    for slug, model in MODELS.items():
        if model.terms.output.media == "image":
            named = names & model.properties.keys() or names - {"base_64"}
            has_one = model.terms.level != "verified" or not names.isdisjoint(model.properties)
            for name in named:
                assert model.is_base64({name: True}) is has_one, slug


@pytest.mark.parametrize(
    ("value", "seed"),
    [
        (42, 42),
        ("1502673077", 1502673077),
        (3131738736286, 3131738736286),
        (42.0, 42),
        (0, 0),
        (-7, -7),
        (-1, None),
        ("-1", None),
        (None, None),
        (True, None),
        ("lucky", None),
        (4.5, None),
    ],
)
def test_a_seed_is_given_or_drawn(value, seed):
    """Also as text, negative, or beyond 32 bits; -1 asks for any."""
    assert run_parameters.find_seed(PICTURE.seed, {"seed": value}) == seed


@pytest.mark.parametrize(
    ("params", "usd"),
    [
        ({"duration": 5}, 5),
        ({"duration": "5"}, 5),
        ({"duration": 5.0}, 5),
        ({"seconds": 5}, 5),
        ({"duration": 6}, 1),
        ({}, 1),
        ({"duration": None, "seconds": "5"}, 5),
    ],
    ids=str,
)
def test_a_price_by_value_is_found_for_a_number_and_for_its_text(params, usd):
    """As for any parameter, the first name that comes decides."""
    terms = make_terms("text-to-video", price=BY_LENGTH)
    assert run_parameters.compute_price(terms, params) == Decimal(usd)


@pytest.mark.parametrize(
    ("params", "usd"),
    [
        ({}, "0.75"),
        ({"duration": 10}, "1.5"),
        ({"duration": "10"}, "1.5"),
        ({"duration": 2.5, "resolution": "480p"}, "0.175"),
        ({"duration": None, "resolution": None}, "0.75"),
        ({"duration": 1000}, "150"),
        ({"num_frames": 25, "fps": 75}, "0.05"),
        ({"num_frames": 1, "fps": 3}, "0.05"),
        ({"num_frames": 1, "fps": 7, "resolution": "480p"}, "0.01"),
    ],
    ids=str,
)
def test_a_price_by_the_second_is_for_all_seconds_that_were_asked_for(params, usd):
    """Also for more than the emulator's file has; it is told as finely as a balance."""
    rates = {"usd": "0.15", "per": "second", "parameter": "resolution"}
    terms = make_terms("text-to-video", price={**rates, "usd_by_value": {"480p": "0.07"}})
    price = run_parameters.compute_price(terms, params)
    assert price == Decimal(usd)
    assert price == price.quantize(Decimal("1e-10"))


@pytest.mark.parametrize(("params", "usd"), [({}, "0.01"), ({"samples": 3}, "0.03")])
def test_a_price_by_the_picture_is_for_all_pictures(params, usd):
    """As many as are made."""
    terms = make_terms("text-to-image", price={"usd": "0.01", "per": "picture"})
    assert run_parameters.compute_price(terms, params) == Decimal(usd)


NAMES = sorted(
    {
        name
        for names in (
            PICTURE.output.format_parameter,
            PICTURE.output.count_parameter,
            PICTURE.base64.parameter,
            PICTURE.seed.parameter,
            FILM.output.duration.parameter,
            FILM.output.duration.frames_parameter,
            FILM.output.duration.frames_per_second_parameter,
        )
        for name in names
    }
)


@pytest.mark.no_cover
@given(st.dictionaries(st.sampled_from(NAMES), anything, max_size=6))
def test_whatever_is_asked_a_run_can_be_made_of_it(params):
    """Any JSON in any of these parameters gives a length, a number and a seed within bounds."""
    seconds = run_parameters.compute_duration(FILM.output.duration, params)
    assert 0.001 <= seconds <= run_parameters.LONGEST_FILE_S
    assert 1 <= run_parameters.count_pictures(PICTURE, params) <= run_parameters.MOST_PICTURES
    assert run_parameters.compute_format(PICTURE.output, params, {}) in set(FORMATS["image"])
    seed = run_parameters.find_seed(PICTURE.seed, params)
    assert seed is None or type(seed) is int
    assert run_parameters.compute_price(make_terms("text", price=BY_LENGTH), params) in {1, 5}
    by_second = make_terms("image-to-video", price={"usd": "9.87654321", "per": "second"})
    assert 0 <= run_parameters.compute_price(by_second, params) < 10**10
    run = make_terms("text", duration_parameter=NAMES)
    assert to_microseconds(run_parameters.compute_seconds(run, params, 20)) >= 0
