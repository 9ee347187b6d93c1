"""Every value that the vendor's pages and samples have for size, length, format, number and seed.

What each means is written down here: `None` is a value that leaves the default.
"""

import pytest

from mockserver.contract import run_parameters
from mockserver.contract.kinds import load_kinds
from mockserver.contract.model_terms import parse_terms
from mockserver.contract.picture_sizes import compute_size

PICTURE, FILM, SOUND = (
    parse_terms({"slug": "any", "task": task, **load_kinds()[task].model})
    for task in ("text-to-image", "text-to-video", "text-to-audio")
)

WORDS_OF_PICTURES = {
    "aspect_ratio": {
        "1:1": "1024x1024",
        "2:3": "832x1248",
        "3:4": "880x1168",
        "4:5": "912x1136",
        "5:8": "816x1312",
        "9:16": "768x1360",
        "9:19": "704x1488",
        "9:21": "672x1568",
        "3:2": "1248x832",
        "4:3": "1168x880",
        "5:4": "1136x912",
        "8:5": "1312x816",
        "16:9": "1360x768",
        "21:9": "1568x672",
        "1x2": "720x1440",
        "1x3": "592x1776",
        "2x3": "832x1248",
        "9x16": "768x1360",
        "10x16": "816x1312",
        "2x1": "1440x720",
        "3x1": "1776x592",
        "3x2": "1248x832",
        "16x9": "1360x768",
        "16x10": "1312x816",
        "1024*1024": "1024x1024",
        "match_input_image": None,
        None: None,
    },
    "size": {
        768: "768x768",
        "1K": "1024x1024",
        "2K": "2048x2048",
        "4K": "4096x4096",
        "1024x1024": "1024x1024",
        "1536x1024": "1536x1024",
        "auto": None,
    },
    "resolution": {
        "1K": "1024x1024",
        "1024x1024": "1024x1024",
        "512x1536": "512x1536",
        "RESOLUTION_512_1536": "512x1536",
        "RESOLUTION_576_1408": "576x1408",
        "RESOLUTION_576_1472": "576x1472",
        "RESOLUTION_576_1536": "576x1536",
        "RESOLUTION_640_1024": "640x1024",
        "RESOLUTION_640_1344": "640x1344",
        "RESOLUTION_640_1408": "640x1408",
        "RESOLUTION_640_1472": "640x1472",
        "RESOLUTION_640_1536": "640x1536",
        "RESOLUTION_704_1152": "704x1152",
        "RESOLUTION_1024_1024": "1024x1024",
    },
    "aspect_ratios": {
        "704*1408": "704x1408",
        "704*1344": "704x1344",
        "768*1344": "768x1344",
        "768*1280": "768x1280",
        "832*1216": "832x1216",
        "832*1152": "832x1152",
        "896*1152": "896x1152",
        "896*1088": "896x1088",
        "960*1088": "960x1088",
        "960*1024": "960x1024",
        "1024*1024": "1024x1024",
    },
    "output_resolution": {"1K": "1024x1024"},
    "megapixels": {"1": "1024x1024"},
    "quality": {90: None, 95: None, "low": None, "medium": None, "high": None, "auto": None},
}
SIDES_OF_PICTURES = {
    "width": [672, 768, 1024, 2048],
    "img_width": [512, "512", 768, 1024, "1024"],
    "custom_width": [1024],
    "height": [768, 1024, 2048],
    "img_height": [512, "512", 768, 1024, "1024"],
    "custom_height": [1024],
}
WORDS_OF_FILMS = {
    "resolution": {
        "480p": "854x480",
        "720p": "1280x720",
        "720P": "1280x720",
        "1080p": "1920x1080",
        "1080P": "1920x1080",
    },
    "quality": {
        "360p": "640x360",
        "540p": "960x540",
        "720p": "1280x720",
        "1080p": "1920x1080",
        "high": None,
    },
    "size": {
        "720x1280": "720x1280",
        "1280x720": "1280x720",
        "1024x1792": "1024x1792",
        "1792x1024": "1792x1024",
    },
    "image_size": {"256": "456x256", 256: "456x256", 512: "910x512"},
    "target_size": {640: "1138x640"},
    "ratio": {
        "16:9": "1280x720",
        "9:16": "720x1280",
        "1280:720": "1280x720",
        "720:1280": "720x1280",
        "1104:832": "1104x832",
        "832:1104": "832x1104",
        "960:960": "960x960",
        "1584:672": "1584x672",
    },
    "aspect_ratio": {
        "1:1": "960x960",
        "1:2": "672x1344",
        "2:3": "784x1184",
        "3:4": "832x1104",
        "4:5": "864x1088",
        "9:16": "720x1280",
        "9:21": "624x1456",
        "2:1": "1344x672",
        "3:2": "1184x784",
        "4:3": "1104x832",
        "5:4": "1088x864",
        "16:9": "1280x720",
        "21:9": "1456x624",
        "auto": None,
        None: None,
    },
}
SIDES_OF_FILMS = {"width": [720, 854], "height": [480, 1280]}

LENGTHS = [
    *[({"duration": value}, float(value)) for value in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 30)],
    *[({"duration": value}, float(value)) for value in ("5", "6", "10")],
    ({"duration": None}, None),
    ({"video_length": 77}, 77 / 24),
    *[({"num_frames": value, "fps": 24}, value / 24) for value in (121, 181)],
    ({"num_frames": 81, "frames_per_second": 16}, 81 / 16),
    *[({"frames": value, "fps": 7}, value / 7) for value in (14, 25)],
    *[({"length": value}, value / 24) for value in (97, 129, 161, 193)],
    ({"fps": 25}, None),
    ({"frame_load_cap": 0}, None),
]
FORMATS = {
    "output_format": {"jpeg": "jpeg", "jpg": "jpeg", "png": "png", "webp": "webp"},
    "image_format": {"jpeg": "jpeg", "png": "png", "webp": "webp"},
    "file_type": {"gif": "gif"},
}
SEEDS = [0, 1, 42, 417, 4711, 965220, 123456789, 1234567890]
SEEDS += [65312568548, 36446545871, 3131738736286, 9876543210, "1024", "1502673077"]


def list_rows(table):
    """Return every name, value and meaning of a table."""
    return [(name, *row) for name, values in table.items() for row in values.items()]


def ask_size(terms, params):
    """Return the size of what these parameters ask for, as 1024x640."""
    return "{}x{}".format(*compute_size(terms.output.size, params))


@pytest.mark.parametrize(("name", "value", "size"), list_rows(WORDS_OF_PICTURES))
def test_a_value_that_was_seen_gives_a_picture_its_size(name, value, size):
    """Ratios keep the area of the default, words of resolution its shape."""
    assert ask_size(PICTURE, {name: value}) == (size or "1024x1024")


@pytest.mark.parametrize(("name", "value", "size"), list_rows(WORDS_OF_FILMS))
def test_a_value_that_was_seen_gives_a_film_its_size(name, value, size):
    """A word of resolution is the shorter side."""
    assert ask_size(FILM, {name: value}) == (size or "1280x720")


@pytest.mark.parametrize(("terms", "table"), [(PICTURE, SIDES_OF_PICTURES), (FILM, SIDES_OF_FILMS)])
def test_a_side_that_was_seen_is_that_side(terms, table):
    """Width and height each set their own side, as number or as text."""
    for name, values in table.items():
        for value in values:
            side = compute_size(terms.output.size, {name: value})["height" in name]
            assert side == int(value), (name, value)


@pytest.mark.parametrize(("params", "seconds"), LENGTHS, ids=str)
def test_a_length_that_was_seen_is_so_many_seconds(params, seconds):
    """Films are counted in seconds or in pictures; sounds have seconds alone."""
    length = run_parameters.compute_duration(FILM.output.duration, params)
    assert length == pytest.approx(seconds or 5)
    if "duration" in params:
        assert run_parameters.compute_duration(SOUND.output.duration, params) == (seconds or 8)


@pytest.mark.parametrize(("name", "value", "fmt"), list_rows(FORMATS))
def test_a_format_that_was_seen_is_the_format(name, value, fmt):
    """Each word of each name is one that can be made."""
    assert run_parameters.compute_format(PICTURE.output, {name: value}, {}) == fmt


@pytest.mark.parametrize("value", [1, "1"])
@pytest.mark.parametrize("name", ["samples", "num_outputs", "max_images"])
def test_the_numbers_that_were_seen_ask_for_one_picture(name, value):
    """All samples ask for one."""
    assert run_parameters.count_pictures(PICTURE, {name: value}) == 1


@pytest.mark.parametrize("value", SEEDS)
def test_a_seed_that_was_seen_is_used(value):
    """Also those that came as text, and those beyond 32 bits."""
    assert run_parameters.find_seed(PICTURE.seed, {"seed": value}) == int(value)


@pytest.mark.parametrize("value", [-1, None])
def test_a_seed_that_was_seen_asks_for_any(value):
    """-1 and null are as good as none."""
    assert run_parameters.find_seed(PICTURE.seed, {"seed": value}) is None
