"""An output is told by its name, and its bytes by model, parameters and seed alone."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.clock import DAY
from mockserver.base.json_encoding import encode
from mockserver.contract.catalogue import Catalogue
from mockserver.media import CONTENT_TYPES, Clip, Mesh, Tune
from mockserver.media.source_sizes import pack_source_size
from mockserver.rules import outputs
from mockserver.rules.outputs import (
    Output,
    find_artefact,
    list_files,
    make_artefact,
    make_artefacts,
    make_file_name,
    make_output_id,
    make_output_url,
    make_url,
    offers,
    parse_name,
)

MODELS = Catalogue().models
MODEL = MODELS["ideogram-3"]
THUMBNAIL = bytes([2, 1]) + bytes(49) + pack_source_size(2, 1)
OUTPUT_ID = "0123456789abcdef" * 2

formats = st.sampled_from(sorted(CONTENT_TYPES))
hex_ids = st.text("0123456789abcdef", min_size=32, max_size=32)
params = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), min_size=2)


@given(hex_ids, formats, st.integers(outputs.LAST_FRAME, 16))
def test_a_file_name_says_which_output_and_which_format(output_id, fmt, number):
    """The name of an output's file reads back as its id, its number and its format."""
    assert parse_name(make_file_name(output_id, fmt, number)) == (output_id, number, fmt)


def test_the_first_picture_of_a_run_has_no_number_in_its_name():
    """Further ones have theirs behind the id; what is no such number is of no output."""
    assert make_file_name("a", "png") == make_file_name("a", "png", 1) == "a.png"
    assert make_file_name("a", "png", 2) == "a-2.png"
    assert make_file_name("a", "png", outputs.LAST_FRAME) == "a-last.png"
    for stem in ("a-1", "a-0", "a-02", "a-20", "a--2", "a-2-3", "-", "a-"):
        assert parse_name(f"{stem}.png") == (stem, 1, "png")


@pytest.mark.parametrize("suffix", ["", ".", ".PNG", ".bmp", ".png.jpg", ".jpg/x"])
def test_a_file_name_with_another_ending_has_no_format(suffix):
    """An ending that stands for no image format is none, and the id is still read."""
    assert parse_name(OUTPUT_ID + suffix) == (OUTPUT_ID, 1, None)


def test_a_jpeg_may_be_called_by_both_of_its_endings():
    """`.jpg` is what URLs end in, and `.jpeg` means the same."""
    assert make_file_name("a", "jpeg") == "a.jpg"
    assert parse_name("a.jpeg") == parse_name("a.jpg") == ("a", 1, "jpeg")


@pytest.mark.parametrize(
    "origin",
    [
        "http://127.0.0.1:8765",
        "https://localhost",
        "https://segmind.com.example",
        "https://notsegmind.com",
        "https://example.com:443",
    ],
)
def test_an_output_is_on_the_host_that_was_asked(origin):
    """A URL handed out points where the client came from."""
    assert make_url(origin, "a.png") == f"{origin}/outputs/a.png"


@pytest.mark.fact("R7")
@pytest.mark.parametrize("host", ["api.segmind.com", "segmind.com", "cloud.segmind.com"])
def test_a_vendor_host_hands_out_urls_of_the_vendors_image_host(host):
    """Who asked at one of the vendor's hosts is sent to images.segmind.com."""
    assert make_url(f"https://{host}", "a.png") == "https://images.segmind.com/outputs/a.png"


@pytest.mark.fact("R7")
def test_an_output_is_kept_for_seven_days():
    """Outputs outlive their requests by far."""
    assert outputs.RETENTION == 7 * DAY


@given(params, st.integers(0, 2**31))
def test_the_order_in_which_parameters_came_makes_no_other_picture(params, seed):
    """The same parameters in another order are the same picture."""
    turned = dict(reversed(params.items()))
    picture = make_artefact(MODEL, params, seed)
    assert make_artefact(MODEL, turned, seed) == picture
    assert json.loads(picture.params) == params


@pytest.mark.parametrize(
    "other",
    [
        make_artefact(MODEL, {"prompt": "b"}, 7),
        make_artefact(MODEL, {"prompt": "a"}, 8),
        make_artefact(MODEL, {"prompt": "a"}, None),
        make_artefact(MODEL, {"prompt": "a"}, 7, "webp"),
        make_artefact(MODELS["ideogram-2a-txt-2-img"], {"prompt": "a"}, 7),
        make_artefact(MODEL, {"prompt": "a", "resolution": "512x1536"}, 7),
    ],
)
def test_another_model_parameter_seed_or_format_is_another_picture(other):
    """Whatever the bytes depend on makes another picture when it changes."""
    assert other != make_artefact(MODEL, {"prompt": "a"}, 7)


def test_a_picture_has_the_size_and_format_that_the_model_says():
    """Size comes from the parameters and format from the contract, unless one is asked for."""
    picture = make_artefact(MODEL, {"prompt": "a", "resolution": "512x1536"}, None)
    assert (picture.width_px, picture.height_px, picture.format) == (512, 1536, "png")
    assert (picture.model, picture.seed) == ("ideogram-3", 0)
    assert make_artefact(MODEL, {}, 7, "jpeg").format == "jpeg"


def test_an_output_can_have_the_shape_of_the_picture_it_is_made_of():
    """Where the request asks for that, and the picture could be seen."""
    asked, upright = {"prompt": "a", "aspect_ratio": "adaptive"}, pack_source_size(450, 800)
    for thumbnail, size in ((upright, (720, 1280)), (b"", (1280, 720))):
        film = make_artefact(MODELS["seedance-2.0"], asked, 7, thumbnail=thumbnail)
        assert (film.width_px, film.height_px) == size


@pytest.mark.fact("O2b")
def test_a_run_makes_as_many_pictures_as_were_asked_for():
    """Each has the next seed, and is found again under its number; there are no others."""
    model, asked = MODELS["sdxl1.0-txt2img"], {"prompt": "a", "samples": 3}
    made = make_artefacts(model, asked, 40, THUMBNAIL)
    assert [each.seed for each in made] == [40, 41, 42]
    kept = Output("id", "request", "key", model, encode(asked), 40, 0, THUMBNAIL)
    assert [find_artefact(kept, number) for number in (1, 2, 3, 4)] == [*made, None]
    assert find_artefact(kept, 2, "png").format == "png"


@pytest.mark.fact("O2b")
def test_the_files_of_an_output_are_all_that_can_be_found_of_it():
    """Its pictures by their numbers in the format asked for, or a film and its last frame."""
    pictures = {"prompt": "a", "samples": 3}
    film = {"prompt": "a", "return_last_frame": True}
    for slug, asked, files in (
        ("sdxl1.0-txt2img", pictures, [(1, "jpeg"), (2, "jpeg"), (3, "jpeg")]),
        ("ideogram-3", {"prompt": "a"}, [(1, "png")]),
        ("seedance-2.0", film, [(1, "mp4"), (outputs.LAST_FRAME, "png")]),
    ):
        kept = Output("id", "request", "key", MODELS[slug], encode(asked), 40, 0)
        assert list_files(kept) == files
        for number, fmt in files:
            assert find_artefact(kept, number, fmt).format == fmt


def test_a_film_is_one_whatever_is_counted():
    """Only pictures are counted."""
    made = make_artefacts(MODELS["seedance-2.0"], {"prompt": "a", "samples": 3}, 7)
    assert made == [make_artefact(MODELS["seedance-2.0"], {"prompt": "a", "samples": 3}, 7)]


def test_a_film_has_the_length_that_was_asked_for_and_a_sound_its_own():
    """What kind of artefact a run yields is up to its model, and so is what decides it."""
    asked = {"prompt": "a", "duration": 9, "aspect_ratio": "9:16"}
    film = make_artefact(MODELS["seedance-2.0"], asked, 7)
    assert isinstance(film, Clip)
    assert (film.width_px, film.height_px, film.duration_s, film.seed) == (720, 1280, 9, 7)
    sound = make_artefact(MODELS["lyria-2"], asked, None)
    assert isinstance(sound, Tune)
    assert (sound.duration_s, sound.seed, sound.model) == (4, 0, "lyria-2")


@pytest.mark.parametrize(
    ("slug", "formats"),
    [
        ("ideogram-3", {"png", "jpeg", "webp", "gif"}),
        ("seedance-2.0", {"mp4"}),
        ("lyria-2", {"wav"}),
    ],
)
def test_an_output_can_be_had_in_formats_of_its_own_medium(slug, formats):
    """A picture comes in four formats, a film and a sound in one, and nothing in none."""
    assert {fmt for fmt in [*CONTENT_TYPES, None] if offers(MODELS[slug], fmt)} == formats


@pytest.mark.fact("O6")
def test_a_mesh_has_the_format_that_a_parameter_asks_for(media_folder):
    """Binary glTF without one; the end of a link may ask for any other, and for no picture."""
    shaper = Catalogue(media_folder).models["shaper"]
    assert make_artefact(shaper, {"prompt": "a"}, 7).format == "glb"
    mesh = make_artefact(shaper, {"prompt": "a", "file_type": "STL"}, 7, thumbnail=b"t")
    assert isinstance(mesh, Mesh)
    assert (mesh.format, mesh.seed, mesh.model, mesh.thumbnail) == ("stl", 7, "shaper", b"t")
    assert make_artefact(shaper, {"prompt": "a"}, 7, "obj").format == "obj"
    offered = {fmt for fmt in [*CONTENT_TYPES, None] if offers(shaper, fmt)}
    assert offered == {"glb", "obj", "ply", "stl"}


@pytest.mark.fact("O6")
def test_the_url_of_a_mesh_ends_with_the_format_that_a_parameter_asked_for(
    make_client, media_folder
):
    """It is that of the job, not of its model alone."""
    client = make_client(models=media_folder)
    submitted = client.submit("shaper", {"prompt": "a", "file_type": "ply"})
    job = client.store.find_job(client.key, submitted["request_id"])
    url = make_output_url(7, client.key, job, "http://127.0.0.1:1")
    assert url.endswith(f"/{make_output_id(7, client.key, job.ordinal)}.ply")


@pytest.mark.fact("R7")
def test_the_id_of_an_output_depends_on_seed_key_and_ordinal():
    """An output's id repeats with the seed, and without seed and key nobody can tell it."""
    told = [(0, "a", 0), (0, "a", 1), (0, "b", 0), (1, "a", 0)]
    ids = {make_output_id(*each) for each in told}
    assert len(ids) == 4
    assert make_output_id(*told[0]) in ids
