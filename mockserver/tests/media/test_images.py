"""Pictures are real image files that show and carry what was asked."""

import hashlib
import json
import os
import subprocess
import sys
from io import BytesIO
from typing import Any, cast

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from mockserver.media import (
    CONTENT_TYPES,
    EXTENSIONS,
    MAX_SIDE_PX,
    Format,
    Picture,
    card,
    read_metadata,
    render,
    scenes,
)
from mockserver.media.card import Caption, lay_out
from mockserver.media.lettering import measure_line_height, measure_width
from mockserver.media.palette import FAINT, INK, LAYERS, PAPER, make_palette
from mockserver.media.png import MAX_COLOURS
from mockserver.media.scenes import Canvas, Stage
from mockserver.media.seeded_random import SeededRandom
from mockserver.media.strips import Drawing, assemble

FORMATS: tuple[Format, ...] = ("png", "jpeg", "webp", "gif")

formats = st.sampled_from(FORMATS)
sides = st.integers(1, 1600)
seeds = st.integers(0, 2**31 - 1)
# Unlike st.text(), this includes surrogates, which JSON can escape.
any_text = st.text(st.characters(exclude_categories=()))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | any_text,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(any_text, values, max_size=3),
    max_leaves=8,
)


def params_of(**params: object) -> bytes:
    """Return parameters as compact JSON."""
    return json.dumps(params, separators=(",", ":")).encode()


def picture_of(
    params: bytes = b'{"prompt":"A cat on a windowsill"}',
    size: tuple[int, int] = (96, 96),
    image_format: Format = "png",
    *,
    seed: int = 7,
    model: str = "ideogram-v3",
) -> Picture:
    """Return a small picture, of which a test changes what it is about."""
    return Picture(
        model=model,
        params=params,
        seed=seed,
        width_px=size[0],
        height_px=size[1],
        format=image_format,
    )


def decode(image: bytes) -> Image.Image:
    """Return the image with all of its pixels read."""
    opened = Image.open(BytesIO(image))
    opened.load()
    return opened


@settings(deadline=None, max_examples=40)
@given(width=sides, height=sides, image_format=formats, seed=seeds)
@example(width=1, height=1, image_format="jpeg", seed=0)
@example(width=1600, height=1, image_format="webp", seed=1)
@example(width=1, height=1600, image_format="png", seed=2)
def test_an_image_decodes_to_exactly_the_size_asked(
    width: int, height: int, image_format: Format, seed: int
) -> None:
    """Every size gives an image of that very size, in the format asked."""
    picture = picture_of(size=(width, height), image_format=image_format, seed=seed)
    image = decode(render(picture))
    assert image.size == (width, height)
    assert image.format == image_format.upper()
    assert Image.MIME[image_format.upper()] == CONTENT_TYPES[image_format]


@settings(deadline=None, max_examples=25)
@given(prompt=any_text, image_format=formats, seed=seeds)
def test_equal_pictures_are_equal_bytes(prompt: str, image_format: Format, seed: int) -> None:
    """Two pictures of the same description are the same file."""
    params = params_of(prompt=prompt)
    first = render(picture_of(params, image_format=image_format, seed=seed))
    assert render(picture_of(params, image_format=image_format, seed=seed)) == first


def test_another_process_gives_equal_bytes() -> None:
    """The bytes do not depend on anything a process starts with, such as its hash seed."""
    script = (
        "import sys; from mockserver.media import Picture, render;"
        "picture = Picture(model='ideogram-v3', params=b'{\"prompt\":\"A cat\"}', seed=7,"
        " width_px=96, height_px=96, format='png');"
        "sys.stdout.buffer.write(render(picture))"
    )
    expected = render(picture_of(b'{"prompt":"A cat"}'))
    assert run_python(script, PYTHONHASHSEED="1") == expected
    assert run_python(script, PYTHONHASHSEED="2") == expected


@pytest.mark.parametrize("image_format", ["png", "webp"])
@pytest.mark.parametrize(
    ("size", "digest"),
    [
        ((24, 24), "156f19856a0ae086"),
        ((20, 64), "0f6552d3cc888a03"),
        ((48, 20), "cd72bc3ca3741c3b"),
        ((300, 20), "3dd86126c195c55d"),
    ],
)
def test_shapes_do_not_depend_on_the_imaging_library(
    size: tuple[int, int], digest: str, image_format: Format
) -> None:
    """A picture without letters has the pixels that Pillow 11, 12 and 13 draw."""
    picture = picture_of(params_of(prompt="A kite"), size, image_format, model="painter")
    pixels = decode(render(picture)).convert("RGB").tobytes()
    assert hashlib.sha256(pixels).hexdigest()[:16] == digest
    assert lay_out(size, Caption("painter", 7, "A kite")).lines == ()


def test_importing_does_not_load_the_imaging_library() -> None:
    """Importing the package is cheap: the imaging library waits for the first picture."""
    script = "import sys, mockserver.media; print('PIL' in sys.modules)"
    assert run_python(script).strip() == b"False"


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 8},
        {"model": "ideogram-v2"},
        {"params": b'{"prompt":"A dog"}'},
        {"size": (97, 96)},
        {"image_format": "webp"},
    ],
)
def test_each_field_changes_the_image(change: dict[str, Any]) -> None:
    """A picture that differs in one field is another file."""
    assert render(picture_of(**change)) != render(picture_of())


@settings(deadline=None, max_examples=60)
@given(prompt=any_text, model=any_text, size=st.tuples(st.integers(1, 400), st.integers(1, 400)))
@example(prompt="word " * 20_000, model="m" * 1_000, size=(400, 400))
@example(prompt="W" * 5_000, model="ideogram-v3", size=(400, 400))
@example(prompt="i" * 5_000, model="ideogram-v3", size=(64, 400))
@example(prompt="\x00\n\t\x1b[31m\u202e\u200d\ud800", model="", size=(128, 128))
@example(prompt="漢字🎨" * 500, model="é", size=(300, 100))
def test_any_text_can_be_drawn(prompt: str, model: str, size: tuple[int, int]) -> None:
    """No text, however long or strange, keeps a picture from being drawn."""
    picture = picture_of(params_of(prompt=prompt), size, model=model)
    assert decode(render(picture)).size == size


@pytest.mark.parametrize("params", [b"{}", b'{"prompt":null}', b'{"prompt":["a"]}'])
def test_a_prompt_that_is_no_string_is_not_shown(params: bytes) -> None:
    """A picture without a prompt in words is drawn all the same."""
    assert decode(render(picture_of(params))).size == (96, 96)


@settings(deadline=None, max_examples=60)
@given(
    size=st.tuples(st.integers(1, 2000), st.integers(1, 2000)),
    caption=st.builds(Caption, model=any_text, seed=seeds, prompt=any_text),
)
def test_text_stays_within_its_card(size: tuple[int, int], caption: Caption) -> None:
    """The card lies within the picture and every line of text within the card."""
    laid = lay_out(size, caption)
    for line in laid.lines:
        left, top = laid.left + laid.measures.padding, laid.top + laid.measures.padding + line.top
        assert 0 < laid.left < left
        assert left + measure_width(line.text, line.size) < laid.right < size[0]
        assert 0 < laid.top < top
        assert top + measure_line_height(line.size) < laid.bottom < size[1]


@pytest.mark.parametrize("size", [(1024, 1024), (512, 1536), (1536, 512)])
def test_a_card_says_what_was_asked(size: tuple[int, int]) -> None:
    """The card names the model, the size, the seed and the whole of a short prompt."""
    caption = Caption("ideogram-v3", 42, "A cat\non a  windowsill")
    texts = [line.text for line in lay_out(size, caption).lines]
    assert texts == [
        "ideogram-v3",
        f"{size[0]} x {size[1]} · seed 42",
        "A cat on a windowsill",
    ]


@pytest.mark.parametrize("prompt", ["word " * 20_000, "W" * 5_000])
def test_a_prompt_that_is_too_long_ends_in_an_ellipsis(prompt: str) -> None:
    """What does not fit is cut, and the cut is shown."""
    lines = lay_out((512, 512), Caption("ideogram-v3", 42, prompt)).lines
    assert [line.text.endswith("…") for line in lines] == [False] * (len(lines) - 1) + [True]


def test_a_tiny_picture_has_no_card() -> None:
    """Where no text would be legible, none is drawn."""
    assert lay_out((24, 24), Caption("ideogram-v3", 42, "A cat")).lines == ()


@given(digest=st.binary(min_size=64, max_size=64))
def test_text_contrasts_with_its_paper(digest: bytes) -> None:
    """Every palette's inks reach the contrast to its paper that WCAG asks of legible text."""
    palette = make_palette(SeededRandom(digest))
    paper, faint, ink = (luminance(palette, colour) for colour in (PAPER, FAINT, INK))
    assert (paper + 0.05) / (faint + 0.05) >= 4.5
    assert (paper + 0.05) / (ink + 0.05) >= 7


@settings(deadline=None, max_examples=60)
@given(
    size=st.tuples(st.integers(1, 80), st.integers(1, 80)),
    heights=st.lists(st.floats(-40, 160), min_size=2, max_size=8),
)
def test_land_is_solid_down_to_the_floor(size: tuple[int, int], heights: list[float]) -> None:
    """Land has the pixels of the one shape that its line and the canvas's lower corners span."""
    width, height = size
    drawn, expected = Image.new("L", size), Image.new("L", size)
    canvas = Canvas(ImageDraw.Draw(drawn))
    scenes._fill_land(canvas, Stage(0, width, height, width, height), heights, 1)
    step = width / (len(heights) - 1)
    line = [(index * step, y) for index, y in enumerate(heights)]
    ImageDraw.Draw(expected).polygon([(0, height), *line, (width, height)], fill=1)
    assert drawn.tobytes() == expected.tobytes()


@settings(deadline=None, max_examples=60)
@given(radius=st.integers(0, 40), width=st.integers(4, 60), height=st.integers(4, 60))
def test_a_panel_has_round_corners(radius: int, width: int, height: int) -> None:
    """It has the pixels of the rounded rectangle that the imaging library draws."""
    box = (3, 3, 3 + 2 * radius + width, 3 + 2 * radius + height)
    size = (box[2] + 4, box[3] + 4)
    drawn, expected = Image.new("L", size), Image.new("L", size)
    card._draw_panel(ImageDraw.Draw(drawn), box, radius, 1)
    ImageDraw.Draw(expected).rounded_rectangle(box, radius=radius, fill=1)
    assert drawn.tobytes() == expected.tobytes()


@settings(deadline=None, max_examples=60)
@given(
    size=st.tuples(st.integers(60, 2000), st.integers(60, 2000)),
    caption=st.builds(Caption, model=any_text, seed=seeds, prompt=any_text),
    above=st.integers(0, 40),
)
@example(size=(1024, 1024), caption=Caption("gjpqy|", 42, "Åy|§ " * 200), above=9)
def test_a_card_on_ground_is_one_to_the_pixel(
    size: tuple[int, int], caption: Caption, above: int
) -> None:
    """Drawn in strips that come again it has the pixels of the card drawn at once."""
    laid = lay_out(size, caption)
    assume(laid.lines)
    floor = max(0, laid.top - above)
    lower = (size[0], size[1] - floor)
    drawn = assemble(Drawing(lower, bytes(48), tuple(card.draw_ground(size, floor, laid))))
    expected = Image.new("L", size, LAYERS[-1])
    card.draw_card(expected, ImageDraw.Draw(expected), laid)
    assert drawn.tobytes() == expected.crop((0, floor, *size)).tobytes()


@settings(deadline=None, max_examples=30)
@given(
    size=st.tuples(st.integers(1, 2000), st.integers(1, 2000)),
    seed=seeds,
    prompt=any_text,
)
@example(size=(1024, 1024), seed=7, prompt="A cat")
@example(size=(1536, 640), seed=7, prompt="A cat")
@example(size=(9, 1999), seed=7, prompt="A cat")
def test_formats_without_loss_show_the_same(size: tuple[int, int], seed: int, prompt: str) -> None:
    """A PNG, which has its own encoder, a WebP and a GIF have the same pixels."""
    params = params_of(prompt=prompt)
    shown = {
        decode(render(picture_of(params, size, name, seed=seed))).convert("RGB").tobytes()
        for name in FORMATS
        if name != "jpeg"
    }
    assert len(shown) == 1


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("size", "step"), [((300, 400), 1), ((640, 512), 2), ((1024, 1024), 4)])
def test_edges_of_a_scene_go_in_steps_of_few_rows(
    size: tuple[int, int], step: int, seed: int
) -> None:
    """A scene has at least 256 rows to a picture, and each is shown equally often."""
    laid = lay_out(size, Caption("ideogram-v3", seed, "A cat"))
    scene = decode(render(picture_of(params_of(prompt="A cat"), size, seed=seed)))
    top = -(-card.find_mark_bottom(laid) // step) * step
    bottom = (laid.top - laid.measures.margin) // step * step
    rows = [scene.crop((0, y, size[0], y + 1)).tobytes() for y in range(top, bottom)]
    assert all(rows[y] == rows[y // step * step] for y in range(len(rows)))
    assert len(set(rows)) > 1


@given(digest=st.binary(min_size=64, max_size=64))
def test_a_palette_fits_into_four_bits(digest: bytes) -> None:
    """Every palette has a colour for each name and no more colours than a PNG may hold."""
    assert INK < len(make_palette(SeededRandom(digest))) / 3 <= MAX_COLOURS


@settings(deadline=None, max_examples=60)
@given(
    params=st.dictionaries(any_text, json_values, max_size=5),
    model=any_text,
    seed=seeds,
    image_format=formats,
)
def test_metadata_comes_back_as_it_went_in(
    params: dict[str, object], model: str, seed: int, image_format: Format
) -> None:
    """Every format carries the model, the seed and the parameters unchanged."""
    encoded = params_of(**params)
    image = render(picture_of(encoded, image_format=image_format, seed=seed, model=model))
    # Encoding may join two surrogates into one character, so what was sent is the standard.
    sent = {"model": json.loads(json.dumps(model)), "seed": seed, "params": json.loads(encoded)}
    assert read_metadata(image) == sent


@pytest.mark.parametrize("image_format", FORMATS)
def test_metadata_keeps_text_that_is_not_ascii(image_format: Format) -> None:
    """Parameters in plain UTF-8 survive the formats whose field is ASCII."""
    params = '{"prompt":"Ein Käfer 🐞 auf 漢字"}'.encode()
    image = render(picture_of(params, image_format=image_format))
    assert read_metadata(image)["params"] == {"prompt": "Ein Käfer 🐞 auf 漢字"}


def test_a_png_holds_the_parameters_byte_for_byte() -> None:
    """The text chunk keeps the very spelling of the parameters, such as 1.50."""
    params = b'{"guidance":1.50,"prompt":"caf\xc3\xa9"}'
    assert params in render(picture_of(params))


@pytest.mark.parametrize("image_format", ["png", "webp"])
def test_a_long_prompt_is_kept_whole(image_format: Format) -> None:
    """PNG and WebP have room for a prompt of 100,000 characters."""
    image = render(picture_of(params_of(prompt="é" * 100_000), image_format=image_format))
    assert read_metadata(image)["params"] == {"prompt": "é" * 100_000}


def test_a_jpeg_cuts_its_longest_strings() -> None:
    """A JPEG, whose field is short, cuts what is long, marks the cut and keeps the rest."""
    params = params_of(prompt="é" * 100_000, style="REALISTIC", seeds=[1, 2])
    note = read_metadata(render(picture_of(params, image_format="jpeg")))
    kept = note["params"]
    assert isinstance(kept, dict)
    assert kept["prompt"].startswith("é" * 1_000)
    assert kept["prompt"].endswith("...")
    assert (note["model"], kept["style"], kept["seeds"]) == ("ideogram-v3", "REALISTIC", [1, 2])


def test_a_jpeg_drops_parameters_that_cannot_be_cut() -> None:
    """Parameters that are long without long strings leave only the mark of a cut."""
    params = params_of(numbers=list(range(20_000)))
    note = read_metadata(render(picture_of(params, image_format="jpeg")))
    assert note == {"model": "ideogram-v3", "seed": 7, "params": {"...": "..."}}


def test_a_jpeg_cuts_a_model_that_is_too_long() -> None:
    """Even a name of absurd length leaves a valid note."""
    note = read_metadata(render(picture_of(b"{}", image_format="jpeg", model="🎨" * 50_000)))
    model = note["model"]
    assert isinstance(model, str)
    assert model.startswith("🎨" * 1_000)
    assert model.endswith("...")


@pytest.mark.parametrize("image_format", FORMATS)
def test_an_image_from_elsewhere_has_no_metadata(image_format: Format) -> None:
    """An image without the note is refused with a message that says so."""
    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, image_format)
    with pytest.raises(ValueError, match="made by segmock"):
        read_metadata(file.getvalue())


def test_bytes_that_are_no_image_have_no_metadata() -> None:
    """Bytes that no image starts with are refused and quoted."""
    with pytest.raises(ValueError, match="got b'hello'"):
        read_metadata(b"hello")


@pytest.mark.parametrize("image_format", FORMATS)
@pytest.mark.parametrize("side", [-1, 0, 16_385, 10**9])
def test_impossible_sizes_are_refused(image_format: Format, side: int) -> None:
    """A side outside of the limits is named together with the limits, and nothing is drawn."""
    limits = f"must be 1 to {MAX_SIDE_PX[image_format]}; got {side}"
    with pytest.raises(ValueError, match=f"width_px.*{limits}"):
        render(picture_of(size=(side, 8), image_format=image_format))
    with pytest.raises(ValueError, match=f"height_px.*{limits}"):
        render(picture_of(size=(8, side), image_format=image_format))


@pytest.mark.parametrize("image_format", FORMATS)
def test_the_longest_side_is_possible(image_format: Format) -> None:
    """A side as long as the limit of its format can be drawn."""
    longest = MAX_SIDE_PX[image_format]
    image = render(picture_of(size=(longest, 2), image_format=image_format))
    assert decode(image).size == (longest, 2)


@pytest.mark.parametrize("params", [b"", b"[]", b'"cat"', b"{", b'{"a":"\xff"}', b"[" * 100_000])
def test_parameters_must_be_a_json_object(params: bytes) -> None:
    """Parameters of another kind are refused with a message that says what was expected."""
    with pytest.raises(ValueError, match="params must be a JSON object"):
        render(picture_of(params))


def test_an_unknown_format_is_refused() -> None:
    """The message names the format that came and those there are."""
    with pytest.raises(ValueError, match="one of png, jpeg, webp, gif; got 'bmp'"):
        render(picture_of(image_format=cast("Format", "bmp")))


def test_every_extension_stands_for_a_format() -> None:
    """Each format has a media type and at least one file extension."""
    assert (
        set(EXTENSIONS.values())
        == set(CONTENT_TYPES)
        == {*FORMATS, "mp4", "wav", "glb", "obj", "ply", "stl"}
    )
    assert EXTENSIONS["jpg"] == EXTENSIONS["jpeg"] == "jpeg"


def run_python(script: str, **environment: str) -> bytes:
    """Return what a new Python process prints."""
    return subprocess.check_output(
        [sys.executable, "-c", script], env={**os.environ, **environment}
    )


def luminance(palette: bytes, colour: int) -> float:
    """Return the relative luminance of one colour of a palette, from 0 to 1."""
    parts = [part / 255 for part in palette[3 * colour : 3 * colour + 3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
