"""The size that a run asks for, in every spelling that was seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.kinds import load_kinds
from mockserver.contract.model_terms import parse_terms
from mockserver.contract.picture_sizes import MAX_SIDE_PX, compute_size
from mockserver.tests.contract.test_parameter_values import anything


def size_terms(task, **changes):
    """Return how the models of a task read their size."""
    terms = {"slug": "any", "task": task, **load_kinds()[task].model}
    output = {**terms["output"], "size": {**terms["output"]["size"], **changes}}
    return parse_terms({**terms, "output": output}).output.size


PICTURE = size_terms("text-to-image")
FILM = size_terms("text-to-video")


@pytest.mark.parametrize(
    ("params", "size"),
    [
        ({}, (1024, 1024)),
        ({"width": 672, "height": 1024}, (672, 1024)),
        ({"img_width": "512", "img_height": 768.0}, (512, 768)),
        ({"custom_width": 640}, (640, 1024)),
        ({"width": None, "img_width": 640}, (640, 1024)),
        ({"width": 640, "aspect_ratio": "1:2"}, (640, 1440)),
        ({"width": "wide", "height": 0}, (1024, 1024)),
        ({"size": "1536x1024"}, (1536, 1024)),
        ({"size": "1536X1024"}, (1536, 1024)),
        ({"aspect_ratio": "704*1408"}, (704, 1408)),
        ({"ratio": "1280:720"}, (1280, 720)),
        ({"resolution": "RESOLUTION_512_1536"}, (512, 1536)),
        ({"size": 768}, (768, 768)),
        ({"image_size": "256"}, (256, 256)),
        ({"resolution": "720p", "aspect_ratio": "9:16"}, (720, 1280)),
        ({"size": "2K"}, (2048, 2048)),
        ({"size": "4k", "aspect_ratio": "1:1"}, (4096, 4096)),
        ({"size": "2K", "aspect_ratio": "16:9"}, (2736, 1536)),
        ({"output_resolution": "0.5K"}, (512, 512)),
        ({"aspect_ratio": "16:9"}, (1360, 768)),
        ({"aspect_ratio": "16x9"}, (1360, 768)),
        ({"aspect_ratio": "1x3"}, (592, 1776)),
        ({"aspect_ratio": "2.39:1"}, (1568, 656)),
        ({"size": "square_hd"}, (1024, 1024)),
        ({"size": "landscape_16_9"}, (1360, 768)),
        ({"size": "portrait_16_9"}, (768, 1360)),
        ({"size": "portrait_4_3"}, (880, 1168)),
        ({"size": "landscape_3_4"}, (1168, 880)),
        ({"size": "portrait"}, (832, 1248)),
        ({"size": "landscape"}, (1248, 832)),
        ({"megapixels": "1"}, (1024, 1024)),
        ({"megapixels": 0.25}, (512, 512)),
        ({"megapixels": "2", "aspect_ratio": "2:1"}, (2048, 1024)),
        ({"megapixels": -1}, (1024, 1024)),
        ({"megapixels": "match_input"}, (1024, 1024)),
        ({"size": "1K", "megapixels": 4}, (1024, 1024)),
        ({"size": "auto", "aspect_ratio": "match_input_image"}, (1024, 1024)),
        ({"size": None, "aspect_ratio": None}, (1024, 1024)),
        ({"size": 12, "aspect_ratio": 7.5}, (1024, 1024)),
        ({"size": "0x640"}, (1024, 1024)),
        ({"size": "10240x640"}, (1024, 1024)),
        ({"size": "100:9"}, (1024, 1024)),
        ({"size": "1x3 "}, (1024, 1024)),
        ({"size": "x" * 10**6}, (1024, 1024)),
        ({"aspect_ratio": "1:99"}, (96, 9504)),
        ({"size": "8K", "aspect_ratio": "21:9"}, (9984, 5360)),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_picture_has_the_size_that_was_asked_for(params, size):
    """Pixels are exact; a ratio keeps the area, a word of resolution keeps the shape."""
    assert compute_size(PICTURE, params) == size


@pytest.mark.parametrize(
    ("params", "size"),
    [
        ({}, (1280, 720)),
        ({"resolution": "480p"}, (854, 480)),
        ({"resolution": "540p"}, (960, 540)),
        ({"resolution": "720P", "aspect_ratio": "9:16"}, (720, 1280)),
        ({"resolution": 720, "ratio": "1:1"}, (720, 720)),
        ({"quality": "1080p"}, (1920, 1080)),
        ({"quality": "high"}, (1280, 720)),
        ({"resolution": "768P"}, (1366, 768)),
        ({"resolution": "1K"}, (1920, 1080)),
        ({"resolution": "2K", "aspect_ratio": "9:16"}, (1440, 2560)),
        ({"resolution": "4k"}, (3840, 2160)),
        ({"resolution": "4k", "aspect_ratio": "21:9"}, (5040, 2160)),
        ({"resolution": "8K", "aspect_ratio": "32:9"}, (9999, 4320)),
        ({"resolution": "3K"}, (4096, 2304)),
        ({"aspect_ratio": "9:16"}, (720, 1280)),
        ({"aspect_ratio": "4:3"}, (1104, 832)),
        ({"aspect_ratio": "1:1"}, (960, 960)),
        ({"size": "720x1280"}, (720, 1280)),
        ({"ratio": "832:1104"}, (832, 1104)),
        ({"size": "portrait"}, (720, 1280)),
        ({"size": "landscape"}, (1280, 720)),
        ({"size": "square"}, (960, 960)),
        ({"width": 854, "height": 480}, (854, 480)),
    ],
    ids=str,
)
def test_a_film_has_the_size_that_was_asked_for(params, size):
    """Lines are its shorter side, and what is called 2K or 4K are lines as well."""
    assert compute_size(FILM, params) == size


def test_what_a_contract_names_outweighs_what_it_says():
    """A value that the contract knows is the size that the contract has for it."""
    named = size_terms("text-to-image", named={"16:9": "1312x736", "1": "8x8", "720p": "9x7"})
    assert compute_size(named, {"aspect_ratio": "16:9"}) == (1312, 736)
    assert compute_size(named, {"size": 1}) == (8, 8)
    assert compute_size(named, {"resolution": "720p", "aspect_ratio": "16:9"}) == (9, 7)
    assert compute_size(named, {"aspect_ratio": "9:16"}) == (768, 1360)


@pytest.mark.parametrize("word", ["auto", "adaptive", "match_input_image", "AUTO"])
def test_a_size_can_be_that_of_the_picture_that_came(word):
    """Where it is known, its shape counts; what else is asked for outweighs it."""
    assert compute_size(PICTURE, {"aspect_ratio": word}, 16 / 9) == (1360, 768)
    assert compute_size(PICTURE, {"aspect_ratio": word}) == (1024, 1024)
    assert compute_size(FILM, {"aspect_ratio": word, "resolution": "480p"}, 9 / 16) == (480, 854)
    assert compute_size(FILM, {"aspect_ratio": word, "size": "64x48"}, 9 / 16) == (64, 48)
    assert compute_size(PICTURE, {"aspect_ratio": "1:1"}, 16 / 9) == (1024, 1024)


NAMES = [*FILM.parameters, *FILM.width_parameter, *FILM.height_parameter, "megapixels"]
words = st.from_regex(r"\A[a-z_]{0,10}[0-9]{1,5}([x*:_.][0-9]{1,5})?[pPkK]?\Z") | st.sampled_from(
    ["auto", "adaptive", "portrait", "landscape", "square", "0.001:1", "9.999:1"]
)


@pytest.mark.no_cover
@pytest.mark.parametrize("terms", [PICTURE, FILM], ids=["picture", "film"])
@given(
    params=st.dictionaries(st.sampled_from(NAMES), words | anything, max_size=6),
    source=st.none() | st.floats(1 / 32, 32),
)
def test_whatever_is_asked_the_size_can_be_drawn(terms, params, source):
    """Any JSON in any of these parameters gives whole sides within bounds."""
    for side in compute_size(terms, params, source):
        assert isinstance(side, int)
        assert 1 <= side <= MAX_SIDE_PX
