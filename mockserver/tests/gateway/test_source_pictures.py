"""What image-to-image shows of its source, from wherever that comes."""

from base64 import b64encode
from io import BytesIO

import msgspec
import pytest
from PIL import Image

from mockserver.base.wire import Request
from mockserver.contract.files import find_data_dir
from mockserver.gateway.body_readers import is_big, read_ahead
from mockserver.media.thumbnails import make_thumbnail
from mockserver.tests.conftest import HOST, KEY, OTHER_KEY, PROMPT
from mockserver.tests.models import MODELS

PNG = (find_data_dir("fixtures") / "media" / "input.png").read_bytes()
DATA_URL = f"data:image/png;base64,{b64encode(PNG).decode()}"
THUMBNAIL = make_thumbnail(PNG)
SLUG = "ideogram-turbo-img-2-img"
ASKED = {"prompt": "The same at night", "seed": 4711}
LISTED = [
    next(
        slug
        for slug, model in MODELS.items()
        if (model.terms.level, model.terms.task) == ("listed", task)
    )
    for task in ("text-to-image", "image-to-image", "image-to-video", "image-to-3d")
]
"""One of each kind whose parameters nobody knows, and which makes what can show a picture."""


def make_form(name="image_file", content=PNG, **fields):
    """Return a multipart body with a file, and its content type."""
    head = 'content-disposition: form-data; name="'
    parts = [
        f'--b\r\n{head}{field}"\r\n\r\n{value}\r\n'.encode() for field, value in fields.items()
    ]
    file = f'--b\r\n{head}{name}"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n'.encode()
    body = b"".join(parts) + file + content + b"\r\n--b--\r\n"
    return body, {"content-type": "multipart/form-data; boundary=b"}


def run(client, source, slug=SLUG, name="image_file", **more):
    """Run a model on a source; return the job that it was, and the path of its output."""
    job = client.submit(slug, {**ASKED, name: source, **more})
    return finish(client, job)


def finish(client, job):
    """Let a job end; return it, and the path of its output."""
    client.advance(60)
    result = client.get(job["response_url"]).json
    return client.store.find_job(KEY, job["request_id"]), result["output"].partition(HOST)[2]


def test_a_data_url_is_shown(client):
    """The output keeps its thumbnail, and the bytes are those of no other source."""
    job, path = run(client, DATA_URL)
    assert job.thumbnail == THUMBNAIL
    plain, plain_path = run(client, "https://example.com/a.png")
    assert plain.thumbnail == b""
    assert client.get(path, key=None).body != client.get(plain_path, key=None).body


def test_a_file_of_a_form_is_shown(client):
    """The first of its name, in the parameter that takes it."""
    body, headers = make_form(prompt="At night")
    job, _ = finish(client, client.submit(SLUG, body, headers=headers))
    assert job.thumbnail == THUMBNAIL


def test_an_upload_is_shown(client):
    """By its address, on whatever host."""
    url = client.post("/upload-asset", {"data_urls": [DATA_URL]}).json["urls"][0]
    for address in (url, url.replace(HOST, "elsewhere.test")):
        assert run(client, address)[0].thumbnail == THUMBNAIL


def test_of_an_upload_of_many_files_the_first_are_shown(client):
    """An upload of a thousand pictures would take long."""
    urls = client.post("/upload-asset", {"data_urls": [DATA_URL] * 6}).json["urls"]
    shown = [bool(run(client, url)[0].thumbnail) for url in urls]
    assert shown == [True] * 4 + [False] * 2


def test_an_output_is_shown_and_what_it_was_made_of_in_it(client):
    """An output of any account: whoever knows its address can see it."""
    client.key = OTHER_KEY
    job = client.submit()
    client.advance(60)
    url = client.get(job["response_url"]).json["output"]
    client.key = KEY
    first, path = run(client, url)
    second, _ = run(client, f"http://{HOST}{path}")
    thumbnails = {b"", first.thumbnail, second.thumbnail}
    assert len(thumbnails) == 3


def test_each_of_several_outputs_is_shown(client):
    """The second picture of a run is another than the first; there is no third to be seen."""
    asked = {"prompt": "A fox", "samples": 2, "img_width": 512, "img_height": 512}
    _, path = finish(client, client.submit("sdxl1.0-txt2img", asked))
    paths = [path, path.replace(".jpg", "-2.jpg"), path.replace(".jpg", "-3.jpg")]
    first, second, third = (run(client, f"http://{HOST}{each}")[0].thumbnail for each in paths)
    assert len({first, second, b""}) == 3
    assert third == b""


@pytest.mark.parametrize(
    "source",
    [
        "https://example.com/a.png",
        "data:image/png;base64,iVBORw0KGgo=",
        "data:image/png;base64,=",
        "data:text/plain;base64,aGk=",
        f"http://h/outputs/{'0' * 32}.png",
        f"http://h/assets/{'0' * 32}.png",
        "urn:x",
    ],
)
def test_what_cannot_be_seen_leaves_no_trace(client, source):
    """What is elsewhere is never fetched; what is broken, or not there, is no error."""
    job, path = run(client, source)
    assert job.thumbnail == b""
    assert client.get(path, key=None).status == 200


def test_a_film_of_ours_is_no_picture(client):
    """Its output can be named, and nothing of it is shown."""
    _, path = run(client, DATA_URL, "seedance-2.0", "first_frame_url")
    assert run(client, f"http://{HOST}{path}")[0].thumbnail == b""


def test_a_film_shows_the_picture_that_it_begins_with(client):
    """So does not one without a picture."""
    job, path = run(client, DATA_URL, "seedance-2.0", "first_frame_url")
    plain, plain_path = run(client, "https://example.com/a.png", "seedance-2.0", "first_frame_url")
    assert (job.thumbnail, plain.thumbnail) == (THUMBNAIL, b"")
    assert client.get(path, key=None).body != client.get(plain_path, key=None).body


def test_a_film_can_begin_with_the_last_frame_of_another(client):
    """Its address is one of our own, and shown as any picture of ours is."""
    job = client.submit("seedance-2.0", {"prompt": "A boat", "return_last_frame": True})
    client.advance(60)
    last = client.get(job["response_url"]).json["video"]["last_frame_url"]
    assert run(client, last, "seedance-2.0", "first_frame_url")[0].thumbnail != b""


def test_a_mask_is_no_source(client):
    """Nor is a picture in a parameter that the model does not know."""
    address = "https://example.com/a.png"
    assert run(client, address, mask=DATA_URL, picture=DATA_URL)[0].thumbnail == b""


@pytest.mark.parametrize("name", ["image", "image_url", "input_image", "initImage", "images"])
@pytest.mark.parametrize("slug", LISTED)
def test_a_model_of_unknown_parameters_shows_a_picture_whatever_its_name(client, slug, name):
    """As a data URL or bare base64, alone or in a list."""
    for source in (DATA_URL, DATA_URL.partition(",")[2], ["https://example.com/a.png", DATA_URL]):
        assert run(client, source, slug, name)[0].thumbnail == THUMBNAIL


@pytest.mark.parametrize("slug", LISTED)
def test_v1_shows_a_picture_of_any_name_as_v2_does(make_client, slug):
    """In the same bytes for the same seed."""
    client = make_client(v1_limit="scaled")
    _, path = run(client, DATA_URL, slug, "input_image")
    ran = client.post(f"/v1/{slug}", {**ASKED, "input_image": DATA_URL})
    assert ran.body == client.get(path, key=None).body


@pytest.mark.parametrize("slug", LISTED)
def test_a_form_and_an_output_of_ours_may_have_any_name_there(client, slug):
    """The file as such, and the address of what was made of it."""
    body, headers = make_form("source_image", prompt="At night")
    job, path = finish(client, client.submit(slug, body, headers=headers))
    assert job.thumbnail == THUMBNAIL
    if path.endswith((".png", ".jpg")):
        assert run(client, f"http://{HOST}{path}", slug, "start_frame")[0].thumbnail


@pytest.mark.parametrize("slug", LISTED)
@pytest.mark.parametrize("name", ["mask_image", "video", "reference", "prompt_2"])
def test_what_does_not_speak_of_a_picture_is_none(client, slug, name):
    """A mask is none even where its name has the word; of the others nobody can tell."""
    assert run(client, DATA_URL, slug, name)[0].thumbnail == b""


def test_models_without_pictures_look_at_none(client, monkeypatch):
    """Not even where a picture is among the parameters."""
    monkeypatch.setattr("mockserver.media.thumbnails.make_thumbnail", None)
    job = client.submit(body={**PROMPT, "image_file": DATA_URL})
    assert finish(client, job)[0].thumbnail == b""


def test_a_run_that_fails_looks_at_none(client, monkeypatch):
    """It makes nothing that could show it."""
    monkeypatch.setattr("mockserver.media.thumbnails.make_thumbnail", None)
    for prompt in ("mock:fail=No", ""):
        told = client.submit(SLUG, {"prompt": prompt, "image_file": DATA_URL})
        assert told["status"] == "QUEUED"


def test_the_picture_of_v1_is_that_of_v2(client):
    """For the same source and the same seed."""
    _, path = run(client, DATA_URL)
    ran = client.post(f"/v1/{SLUG}", {**ASKED, "image_file": DATA_URL})
    assert ran.body == client.get(path, key=None).body


def test_a_picture_shows_its_source_as_long_as_it_is_there(client):
    """Also once little is kept of the parameters: an hour later, and from another format."""
    _, path = run(client, DATA_URL, unheard_of="x" * 900_000)
    first = client.get(path, key=None).body
    client.advance(2 * 3600)
    client.emulator.services.images.__init__(0)
    assert client.get(path, key=None).body == first
    webp = client.get(path.replace(".png", ".webp"), key=None).body
    pixels = [Image.open(BytesIO(file)).convert("RGB").tobytes() for file in (first, webp)]
    assert pixels[0] == pixels[1]


@pytest.mark.parametrize("content", [PNG, b"\x89PNG broken" * 30], ids=["whole", "broken"])
def test_a_body_with_a_picture_is_read_ahead(client, content):
    """Decoding it holds up nobody; what is read ahead is what is read in its turn."""
    body, headers = make_form(content=content, prompt="At night")
    named = {"host": HOST, "x-api-key": KEY, **headers}
    sent = {name.encode(): value.encode() for name, value in named.items()}
    request = Request(method="POST", path=f"/v2/{SLUG}", headers=sent, body=body)
    assert is_big(request)
    reading = read_ahead(client.emulator.services, request)
    assert reading.get().thumbnail == make_thumbnail(content)
    answer = client.emulator.gateway.handle(request, reading)
    job, _ = finish(client, msgspec.json.decode(answer.body))
    assert job.thumbnail == make_thumbnail(content)
