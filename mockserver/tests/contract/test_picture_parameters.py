"""Which parameters take a picture."""

import pytest

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.picture_parameters import find_picture_parameters
from mockserver.tests.models import WHOLE

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
