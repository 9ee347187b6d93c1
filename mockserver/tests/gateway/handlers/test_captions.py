"""A model that describes pictures says which one came, and how large it is where it was seen."""

from base64 import b64encode

import pytest

from mockserver.contract.files import find_data_dir

PNG = (find_data_dir("fixtures") / "media" / "input.png").read_bytes()
DATA_URL = f"data:image/png;base64,{b64encode(PNG).decode()}"


@pytest.fixture
def describing(make_client, media_folder):
    """A client of a gateway that has such a model."""
    return make_client(models=media_folder)


def describe(client, **params):
    """Return what the model says on v1, which is what it says on v2."""
    blocking = client.post("/v1/describer", params)
    submitted = client.submit("describer", params)
    client.advance(60)
    queued = client.get(submitted["response_url"])
    assert blocking.json.keys() == {"output", "reasoning", "partial"}
    assert blocking.json["output"] == queued.json["output"]
    assert "O8" in blocking.facts
    assert {"O1", "O8"} <= queued.facts
    return queued.json["output"]


@pytest.mark.fact("O8")
@pytest.mark.parametrize(
    ("image", "told"),
    [
        ("https://example.com/cat.png", "image is cat.png. "),
        (DATA_URL, "image is a data URL of image/png, 96x64 pixels. "),
        (DATA_URL.partition(",")[2], "image is a file in base64, 96x64 pixels. "),
        ("data:image/png;base64,iVBO", "image is a data URL of image/png. "),
    ],
    ids=["elsewhere", "data URL", "base64", "broken"],
)
def test_the_picture_is_named_with_its_size_where_it_was_seen(describing, image, told):
    """What is at another address is not fetched, and what is broken has no size."""
    text = describe(describing, image=image, prompt="What is it?")
    assert text == f"{told}segmock stands in for describer and has not looked at it."


@pytest.mark.fact("O8")
def test_a_picture_of_ours_has_the_size_that_it_was_made_in(describing):
    """It is the name of the output, and stays what was said when the picture is gone."""
    submitted = describing.submit("ideogram-3", {"prompt": "A jug", "resolution": "512x1536"})
    describing.advance(60)
    url = describing.get(submitted["response_url"]).json["output"]
    told = describe(describing, image=url)
    assert told.startswith(f"image is {url.rpartition('/')[2]}, 512x1536 pixels. ")


@pytest.mark.fact("O8")
def test_without_a_picture_there_is_nothing_to_describe(describing):
    """And the model says so."""
    told = describe(describing, prompt="What is it?")
    assert told == "describer was shown nothing: no parameter holds a picture or film."
