"""Which parameters take a picture."""

import pytest

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.picture_parameters import find_picture_names, find_picture_parameters
from mockserver.tests.models import TELLING, WHOLE

MODELS = Catalogue().models
TEXT, LINK = {"type": "string"}, {"type": "string", "format": "uri"}


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("image", TEXT),
        ("image_file", TEXT),
        ("image_3", {"type": ["string", "null"]}),
        ("first_frame_url", LINK),
        ("reference_images", {"type": "array", "items": TEXT}),
        ("init_img", {}),
        ("source", LINK),
        ("Face_Image", TEXT),
        ("imageUrl", TEXT),
        ("inputImageURL", TEXT),
        ("IMAGE", TEXT),
    ],
)
def test_a_name_or_a_format_tells_a_picture(name, schema):
    """Where texts of any content go in."""
    assert find_picture_parameters({"prompt": TEXT, name: schema}) == (name,)


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("prompt", TEXT),
        ("image_weight", {"type": "integer"}),
        ("image_format", {"type": "string", "enum": ["png", "jpeg"]}),
        ("mask_image", LINK),
        ("image_mask", TEXT),
        ("mask", LINK),
        ("reference_audio", LINK),
        ("video_url", LINK),
        ("imagery", TEXT),
        ("maskUrl", LINK),
        ("base64", {"type": "boolean"}),
    ],
)
def test_what_is_no_source_is_left_out(name, schema):
    """Masks, numbers, choices, films and sounds."""
    assert find_picture_parameters({name: schema}) == ()


def test_of_the_models_those_take_pictures_that_say_so():
    """A language model that looks at pictures makes none of them."""
    taking = {slug: model.picture_parameters for slug in WHOLE for model in [MODELS[slug]]}
    assert {slug: names for slug, names in taking.items() if names} == {
        "ideogram-turbo-img-2-img": ("image_file",),
        "seedance-2.0": ("first_frame_url", "last_frame_url", "reference_images"),
    }


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        *[(name, True) for name in ("image", "image_url", "input_image", "init_image", "imageUrl")],
        *[(name, True) for name in ("images", "image1", "first_frame", "face_img")],
        *[(name, False) for name in ("prompt", "mask", "maskUrl", "video", "source", "base64")],
        ("image" + 60 * "_", False),
    ],
)
def test_of_what_is_not_declared_the_name_alone_tells(name, is_one):
    """There is no type or format to go by; a name of more than 64 characters is none."""
    assert find_picture_names(["seed", name]) == ((name,) if is_one else ())


def test_of_very_many_undeclared_names_the_first_are_looked_at():
    """So a request of thousands costs no more than one of 64."""
    assert find_picture_names(f"image_{n}" for n in range(1000)) == tuple(
        f"image_{n}" for n in range(64)
    )


@pytest.mark.parametrize("slug", [*WHOLE, *TELLING])
def test_only_a_model_that_may_have_more_parameters_has_undeclared_pictures(slug):
    """And of those, which make something that can be seen or which describe what they saw."""
    model = MODELS[slug]
    name = next(name for name in ("input_image", "start_img") if name not in model.properties)
    listed = model.list_picture_parameters({"prompt": "A fox", name: "x"})
    output = model.terms.output
    is_shown = output.media in {"image", "video", "3d"} or output.kind == "caption"
    may_have_more = is_shown and model.terms.level != "verified"
    assert listed == model.picture_parameters + ((name,) if may_have_more else ())
    assert model.list_picture_parameters({"prompt": "A fox"}) == model.picture_parameters
