"""What each kind of model yields on v1 and v2, whatever the medium."""

import json
from base64 import b64decode
from io import BytesIO

import pytest
from PIL import Image

from mockserver.media import read_metadata
from mockserver.tests.conversations import QUESTION, make_forms
from mockserver.tests.media.mesh_readers import read_glb

ASK = {"messages": [{"role": "user", "content": "Why is rain wet?"}]}
CHAT = {
    "gpt-5.5": "choices",
    "claude-4.5-sonnet": "content",
    "gemini-2.5-flash": "candidates",
}
FILES = {
    "seedance-2.0": ("video", "video/mp4", "mp4"),
    "lyria-2": ("audio", "audio/wav", "wav"),
    "sdxl1.0-txt2img": ("images", "image/jpeg", "jpg"),
}
UNMET = {"type": "json_schema", "schema": {"type": "integer", "minimum": 2, "maximum": 1}}

every_chat = pytest.mark.parametrize("slug", CHAT)
every_form = pytest.mark.parametrize("form", make_forms())
every_file = pytest.mark.parametrize("slug", FILES)


def get_result(client, slug, body):
    """Run a model to its end, and return its result."""
    submitted = client.submit(slug, body)
    client.advance(60)
    return client.get(submitted["response_url"])


# --- Text ---------------------------------------------------------------------------------


@pytest.mark.fact("O2", "O4")
@every_chat
def test_a_providers_json_is_bare_on_v1_and_a_string_on_v2(client, slug):
    """Both versions have the same shape; v2 has it in a string, beside reasoning and partial."""
    blocking = client.post(f"/v1/{slug}", ASK)
    answer = get_result(client, slug, ASK)
    queued = json.loads(answer.json["output"])
    assert blocking.json.keys() == queued.keys() >= {CHAT[slug]}
    assert blocking.json[CHAT[slug]] == queued[CHAT[slug]]
    assert (answer.json["reasoning"], answer.json["partial"]) == ("", False)
    assert {"O1", "O2", "O4"} <= answer.facts
    assert {"R1", "O4"} <= blocking.facts


@pytest.mark.fact("O4")
@every_chat
def test_an_answer_stays_what_it_is(client, slug):
    """However often and late a result is read, nothing in it changes."""
    submitted = client.submit(slug, ASK)
    client.advance(60)
    first = client.get(submitted["response_url"]).json
    client.advance(600)
    assert client.get(submitted["poll_url"]).json == first


@pytest.mark.fact("O4", "E2", "T10")
@every_chat
def test_a_schema_that_cannot_be_met_is_refused_on_v1_and_fails_on_v2(client, slug):
    """As with other wrong values: 400 at once, or FAILED when the job runs, in the same words."""
    body = {**ASK, "response_format": UNMET}
    refused = client.post(f"/v1/{slug}", body)
    failed = get_result(client, slug, body)
    assert (refused.status, failed.status) == (400, 422)
    assert refused.error == failed.json["error"]
    assert "no number lies between its bounds" in refused.error


@pytest.mark.fact("O4", "E2", "T10")
@every_chat
def test_a_body_without_a_question_is_refused_on_v1_and_fails_on_v2(client, slug):
    """Neither messages nor prompt is a missing parameter."""
    refused, failed = client.post(f"/v1/{slug}", {}), get_result(client, slug, {})
    assert (refused.status, failed.status) == (400, 422)
    assert refused.error == failed.json["error"]
    assert "'messages' or 'prompt' is required" in refused.error


@pytest.mark.fact("B1", "O4")
@every_chat
@every_form
def test_a_question_is_answered_in_whichever_form_it_comes(client, slug, form):
    """The form of the body is the caller's choice; the shape of the answer is the model's own."""
    answer = client.post(f"/v1/{slug}", make_forms()[form])
    assert answer.status == 200
    assert CHAT[slug] in answer.json
    assert f"You said: {QUESTION}" in answer.body.decode()


@pytest.mark.fact("B1", "O4", "T4")
@every_chat
@every_form
def test_a_trigger_works_in_every_form_of_a_conversation(client, slug, form):
    """`mock:` at the start of the prompt or of the last user's turn asks for an outcome."""
    body = make_forms("mock:fail=The worker ran out of memory.")[form]
    failed = get_result(client, slug, body)
    assert (failed.status, failed.json["error"]) == (422, "The worker ran out of memory.")
    assert client.post(f"/v1/{slug}", body).status == 500


def test_a_trigger_in_the_prompt_comes_before_the_conversation(client):
    """Where both are there, the prompt is looked at first."""
    body = {"prompt": "mock:status=503", "messages": [{"role": "user", "content": "Hi"}]}
    assert client.post("/v1/gpt-5.5", body).status == 503


@pytest.mark.fact("B1")
@every_chat
def test_an_answer_is_whole_also_where_pieces_are_asked_for(client, slug):
    """The gateway streams nothing: `stream` changes neither the content type nor the body."""
    whole, streamed = (client.post(f"/v1/{slug}", {**ASK, "stream": on}) for on in (False, True))
    assert streamed.headers["content-type"] == whole.headers["content-type"] == "application/json"
    assert streamed.json.keys() == whole.json.keys()


def test_a_trigger_in_a_conversation_is_for_language_models_alone(client, make_client):
    """Another model does not know `messages`, and without triggers nothing is one."""
    body = {"prompt": "A boat", "messages": [{"role": "user", "content": "mock:status=503"}]}
    assert client.post("/v1/ideogram-3", body).status == 200
    assert client.post("/v1/gpt-5.5", {**body, "prompt": "Hi"}).status == 503
    assert make_client(triggers=False).post("/v1/gpt-5.5", body).status == 200


# --- Files --------------------------------------------------------------------------------


@pytest.mark.fact("O1", "O2", "R7")
@every_file
def test_a_file_is_named_in_both_places_and_can_be_fetched(client, slug):
    """The output is the URL of the file that `video`, `audio` or `images` describes."""
    key, media, suffix = FILES[slug]
    body = get_result(client, slug, {"prompt": "A boat", "seed": 7}).json
    file = body[key][0] if key == "images" else body[key]
    assert body["output"] == file["url"]
    assert file["file_name"].endswith(f".{suffix}")
    fetched = client.get(file["url"], key=None)
    assert fetched.headers["content-type"] == file["content_type"] == media
    assert len(fetched.body) == file["file_size"]
    assert (body["seed"], body["prompt"]) == (7, "A boat")


@pytest.mark.fact("V1b", "V2")
@every_file
def test_v1_gives_the_bytes_that_v2_links_to(make_client, slug):
    """Both versions of one request make the same file, where v1 waits for it."""
    client = make_client(v1_limit="scaled")
    _, media, _ = FILES[slug]
    blocking = client.post(f"/v1/{slug}", {"prompt": "A boat", "seed": 7})
    assert blocking.headers["content-type"] == media
    assert blocking.headers["x-seed-value"] == "7"
    linked = get_result(client, slug, {"prompt": "A boat", "seed": 7}).json["output"]
    assert client.get(linked, key=None).body == blocking.body


@pytest.mark.fact("V1b")
@every_file
def test_v1_can_return_one_kind_for_all_media(make_client, slug):
    """--v1 json links to any file, and --v1 image has the bytes of any medium."""
    _, media, _ = FILES[slug]
    client = make_client(v1="json", v1_limit="scaled")
    (datum,) = client.post(f"/v1/{slug}", {"prompt": "A boat"}).json["data"]
    assert client.get(datum["url"], key=None).headers["content-type"] == media
    raw = make_client(v1="image", v1_limit="scaled").post(f"/v1/{slug}", {"prompt": "A boat"})
    assert raw.headers["content-type"] == media


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "wav", "gif", ""])
def test_a_film_cannot_be_had_as_something_else(client, suffix):
    """A picture has several formats; a film has one, and every other name is unknown."""
    url = get_result(client, "seedance-2.0", {"prompt": "A boat"}).json["output"]
    stem = url.removesuffix("mp4")
    assert client.get(stem + suffix, key=None).status == 404
    assert client.get(url, key=None).status == 200


# --- Meshes -------------------------------------------------------------------------------

MESHES = {
    "glb": ("model/gltf-binary", b"glTF"),
    "obj": ("model/obj", b"# {"),
    "ply": ("application/octet-stream", b"ply"),
    "stl": ("model/stl", b"segmock"),
}

every_mesh = pytest.mark.parametrize("fmt", MESHES)


@pytest.fixture
def shaping(make_client, media_folder):
    """A client of a gateway that has a model which makes meshes."""
    return make_client(models=media_folder)


@pytest.mark.fact("O1", "O6")
@every_mesh
def test_a_mesh_is_linked_to_on_v2_and_bare_on_v1(shaping, fmt):
    """`model_mesh` describes the file in the format that was asked for; both make the same."""
    media, start = MESHES[fmt]
    body = {"prompt": "A jug", "seed": 7, "file_type": fmt}
    answer = get_result(shaping, "shaper", body)
    file = answer.json["model_mesh"]
    assert (answer.json["output"], file["content_type"]) == (file["url"], media)
    assert file["file_name"].endswith(f".{fmt}")
    fetched = shaping.get(file["url"], key=None)
    assert (fetched.headers["content-type"], len(fetched.body)) == (media, file["file_size"])
    assert fetched.body.startswith(start)
    blocking = shaping.post("/v1/shaper", body)
    assert (blocking.headers["content-type"], blocking.body) == (media, fetched.body)
    assert {"O1", "O6"} <= answer.facts


@every_mesh
def test_a_mesh_can_be_had_in_every_format_of_one_link(shaping, fmt):
    """The end of the link decides, and the link of a mesh leads to no picture."""
    url = get_result(shaping, "shaper", {"prompt": "A jug"}).json["output"]
    stem = url.removesuffix("glb")
    assert shaping.get(stem + fmt, key=None).body.startswith(MESHES[fmt][1])
    assert shaping.get(stem + "png", key=None).status == 404


@pytest.mark.fact("V1b")
def test_a_mesh_is_linked_to_on_v1_where_json_is_wanted(make_client, media_folder):
    """`--v1 json` links to it, with its media type."""
    client = make_client(models=media_folder, v1="json")
    (datum,) = client.post("/v1/shaper", {"prompt": "A jug", "file_type": "obj"}).json["data"]
    assert datum["content_type"] == "model/obj"
    assert client.get(datum["url"], key=None).headers["content-type"] == "model/obj"


def test_a_mesh_of_a_picture_has_its_colours(shaping):
    """The same request with a picture of ours gives another file of the same shape."""
    picture = get_result(shaping, "ideogram-3", {"prompt": "A jug", "resolution": "512x1536"})
    files = []
    for image in (picture.json["output"], "https://example.com/jug.png"):
        shown = shaping.post("/v1/shaper", {"prompt": "A jug", "seed": 7, "image": image})
        files.append(read_glb(shown.body))
    assert files[0].colours != files[1].colours
    assert len(files[0].points) == len(files[1].points)


@pytest.mark.fact("O2")
@pytest.mark.parametrize("asked", [True, "true"])
def test_a_film_links_to_its_last_frame_where_that_is_asked_for(client, asked):
    """It is a picture of the film's shape, for as long as the film is there."""
    body = {"prompt": "A boat", "aspect_ratio": "9:16", "return_last_frame": asked}
    video = get_result(client, "seedance-2.0", body).json["video"]
    fetched = client.get(video["last_frame_url"], key=None)
    assert fetched.headers["content-type"] == "image/png"
    assert Image.open(BytesIO(fetched.body)).size == (72, 128)
    assert video["last_frame_url"] == video["url"].replace(".mp4", "-last.png")
    client.advance(7 * 86_400)
    assert client.get(video["last_frame_url"], key=None).status == 404


@pytest.mark.parametrize("params", [{}, {"return_last_frame": False}, {"return_last_frame": None}])
def test_a_last_frame_that_nobody_asked_for_is_not_there(client, params):
    """Nor can it be guessed, nor had in another format."""
    video = get_result(client, "seedance-2.0", {"prompt": "A boat", **params}).json["video"]
    assert "last_frame_url" not in video
    for ending in ("-last.png", "-last.mp4", "-last"):
        assert client.get(video["url"].replace(".mp4", ending), key=None).status == 404


@pytest.mark.parametrize("slug", ["sdxl1.0-txt2img", "lyria-2"])
def test_what_is_no_film_has_no_last_frame(client, slug):
    """A parameter of that name means nothing there."""
    url = get_result(client, slug, {"prompt": "A", "return_last_frame": True}).json["output"]
    stem = url.rpartition(".")[0]
    assert client.get(f"{stem}-last.png", key=None).status == 404


# --- Pictures inside JSON -----------------------------------------------------------------


SMALL = {"prompt": "A robot", "img_width": 512, "img_height": 640, "base64": True}


@pytest.mark.fact("V1c", "V6")
@pytest.mark.parametrize("samples", [1, 2, 4])
def test_base64_has_as_many_pictures_as_were_asked_for(client, samples):
    """One picture is a string and several are a list; each has the size, and the next seed."""
    answer = client.post("/v1/sdxl1.0-txt2img", {**SMALL, "samples": samples, "seed": 40})
    body = answer.json
    assert set(body) == {"image", "status", "infer_time"}
    assert body["infer_time"] == float(answer.headers["x-generation-time"])
    texts = [body["image"]] if samples == 1 else body["image"]
    files = [b64decode(text, validate=True) for text in texts]
    assert len(set(files)) == samples
    assert [read_metadata(file)["seed"] for file in files] == [*range(40, 40 + samples)]
    assert {Image.open(BytesIO(file)).size for file in files} == {(512, 640)}
    assert "V1c" in answer.facts


@pytest.mark.fact("V1c")
def test_base64_is_asked_for_and_comes_before_what_v1_returns(make_client):
    """Without it the first picture comes bare; with it, no setting of v1 changes the form."""
    bare = make_client().post("/v1/sdxl1.0-txt2img", {**SMALL, "samples": 2, "base64": False})
    assert Image.open(BytesIO(bare.body)).size == (512, 640)
    for v1 in ("contract", "json", "image"):
        assert "image" in make_client(v1=v1).post("/v1/sdxl1.0-txt2img", SMALL).json


@pytest.mark.fact("O2b", "R7")
@pytest.mark.parametrize("samples", [1, 2, "4"])
def test_v2_lists_as_many_pictures_as_were_asked_for(client, samples):
    """Each can be fetched, and is the picture of the next seed; the first is the output."""
    asked = {**SMALL, "base64": False, "samples": samples, "seed": 40}
    value = get_result(client, "sdxl1.0-txt2img", asked).json
    assert value["output"] == value["images"][0]["url"]
    assert len({each["url"] for each in value["images"]}) == int(samples)
    for index, file in enumerate(value["images"]):
        answer = client.get(file["url"], key=None)
        assert (answer.status, len(answer.body)) == (200, file["file_size"])
        assert file["url"].endswith("/" + file["file_name"])
        assert read_metadata(answer.body)["seed"] == 40 + index
    beyond = value["output"].replace(".jpg", f"-{int(samples) + 1}.jpg")
    assert client.get(beyond, key=None).status == 404


@pytest.mark.fact("O2b", "V1d")
def test_v1_links_to_as_many_pictures_as_were_asked_for(make_client):
    """Where it answers in JSON; the bytes are those that v2 would link to."""
    client = make_client(v1="json")
    data = client.post("/v1/sdxl1.0-txt2img", {**SMALL, "base64": False, "samples": 2}).json["data"]
    assert data[1]["seed"] == data[0]["seed"] + 1
    for each in data:
        assert read_metadata(client.get(each["url"], key=None).body)["seed"] == each["seed"]


@pytest.mark.fact("V2")
@pytest.mark.parametrize("slug", ["sdxl1.0-txt2img", "seedance-2.0"])
def test_a_seed_of_minus_one_is_drawn(make_client, slug):
    """-1 is as good as no seed: each run has another one, and tells it."""
    client = make_client(v1_limit="scaled")
    drawn = {
        client.post(f"/v1/{slug}", {"prompt": "A", "seed": -1}).headers["x-seed-value"]
        for _ in "ab"
    }
    assert len(drawn) == 2
    assert "-1" not in drawn


@pytest.mark.fact("V1c", "E2", "E3")
@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"img_width": 511}, 400),
        ({"img_height": 2049}, 400),
        ({"samples": 5}, 400),
        ({"guidance_scale": 0.5}, 400),
        ({"base64": "yes"}, 400),
    ],
)
def test_what_sdxl_refuses_is_refused(client, params, status):
    """Bounds that its page states hold for the older models too."""
    assert client.post("/v1/sdxl1.0-txt2img", {"prompt": "A", **params}).status == status


@pytest.mark.parametrize(
    "params",
    [
        {"img_width": 513},
        {"num_inference_steps": 19},
        {"scheduler": "Best"},
        {"strength": 1.5},
        {"seed": 2**40},
        {"negativePrompt": "text"},
    ],
)
def test_what_no_page_of_sdxl_states_is_not_refused(client, params):
    """Names of schedulers, steps and seeds are known from clients and siblings alone."""
    assert client.post("/v1/sdxl1.0-txt2img", {"prompt": "A", **params}).status == 200


FRAME = "https://example.com/bridge.png"


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"first_frame_url": FRAME, "reference_images": []}, 200),
        ({"first_frame_url": FRAME, "last_frame_url": FRAME}, 200),
        ({"last_frame_url": FRAME}, 200),
        ({"reference_images": [FRAME] * 9, "reference_videos": [FRAME] * 3}, 200),
        ({"duration": 7, "resolution": "4k", "aspect_ratio": "adaptive"}, 200),
        ({"seed": 2**40, "bitrate_mode": "high", "skip_moderation": True}, 200),
        ({"image": FRAME, "camera_fixed": True}, 200),
        ({"first_frame_url": FRAME, "reference_images": [FRAME]}, 400),
        ({"first_frame_url": FRAME, "reference_videos": [FRAME]}, 400),
        ({"first_frame_url": FRAME, "reference_audios": [FRAME]}, 400),
        ({"reference_images": [FRAME] * 10}, 400),
        ({"reference_videos": [FRAME] * 4}, 400),
        ({"reference_audios": [FRAME] * 4}, 400),
        ({"duration": 3}, 400),
        ({"duration": 16}, 400),
        ({"bitrate_mode": "low"}, 406),
        ({"resolution": "8k"}, 406),
    ],
)
def test_seedance_takes_a_first_frame_or_references(make_client, params, status):
    """What its pages state is refused, what clients say of it is not."""
    client = make_client(v1_limit="scaled")
    assert client.post("/v1/seedance-2.0", {"prompt": "A boat", **params}).status == status


def test_a_refusal_names_what_excludes_a_parameter(make_client):
    """So that it can be seen which of the two to leave out."""
    body = {"prompt": "A boat", "first_frame_url": FRAME, "reference_images": [FRAME]}
    refused = make_client(v1_limit="scaled").post("/v1/seedance-2.0", body)
    assert refused.error.endswith("but it must be empty beside 'first_frame_url'.")
