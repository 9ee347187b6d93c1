"""The vendor's SDK with models beyond images: conversations, films, sounds, and base64."""

import wave
from base64 import b64decode
from io import BytesIO

import av
import httpx
import jsonschema_rs
import pytest
import segmind
from PIL import Image
from segmind.chat import image_url

from mockserver import Emulator

CHAT = ["gpt-5.5", "claude-4.5-sonnet", "gemini-2.5-flash"]
STOPS = {"stop", "end_turn", "STOP"}
CUTS = {"length", "max_tokens", "MAX_TOKENS"}
MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Why is rain wet?"},
]
SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "minLength": 3},
        "rating": {"type": "integer", "minimum": 1, "maximum": 5},
        "tags": {"type": "array", "items": {"enum": ["dry", "wet"]}, "minItems": 1},
    },
    "required": ["title", "rating", "tags"],
    "additionalProperties": False,
}

every_chat = pytest.mark.parametrize("slug", CHAT)


@pytest.fixture(scope="module")
def server():
    """A live server whose time moves as it is polled."""
    with Emulator(clock="auto").live() as running:
        yield running


@pytest.fixture(scope="module")
def waiting_server():
    """The same, where v1 waits for films too."""
    with Emulator(clock="auto", v1_limit="scaled").live() as running:
        yield running


@pytest.fixture
def make_sdk(monkeypatch):
    """Make clients of the SDK that do not sleep between polls."""
    monkeypatch.setattr("segmind.v2.time.sleep", lambda _seconds: None)
    made = []

    def make(server):
        key = "SG_c0ffee0123456789"
        made.append(segmind.SegmindClient(api_key=key, base_url=f"{server.url}/v1"))
        return made[-1]

    yield make
    for client in made:
        client._client.close()


@pytest.fixture
def sdk(make_sdk, server):
    """The SDK's client of the server."""
    return make_sdk(server)


@pytest.mark.fact("O4")
@every_chat
def test_chat_reads_an_answer_in_any_shape(sdk, slug):
    """`chat`, `chat_sync` and `submit_chat` find text, usage and reason in each provider's JSON."""
    answers = [
        sdk.chat(slug, messages=MESSAGES),
        sdk.chat_sync(slug, messages=MESSAGES, temperature=0.3),
        sdk.submit_chat(slug, messages=MESSAGES).wait(interval=0),
    ]
    for answer in answers:
        assert answer.text.startswith("You said: Why is rain wet?")
        assert answer.finish_reason in STOPS
        assert sum(answer.usage.values()) > 10
        assert answer.tool_calls == []


@pytest.mark.fact("O4")
@every_chat
def test_chat_takes_a_prompt_an_instruction_and_pictures(sdk, slug):
    """A flat prompt is a question too, and parts with links are read."""
    flat = sdk.chat(slug, prompt="Why?", instruction="Be brief.")
    assert flat.text.startswith("You said: Why?")
    parts = [{"type": "text", "text": "What is it?"}, image_url("https://example.com/a.png")]
    seen = sdk.chat(slug, messages=[{"role": "user", "content": parts}])
    assert seen.text.startswith("You said: What is it?")
    assert "1 image" in seen.text


@pytest.mark.fact("O4")
@every_chat
def test_chat_has_json_of_the_schema_that_was_asked_for(sdk, slug):
    """`.json()` of an answer with a response_format is a document that its schema allows."""
    form = {"type": "json_schema", "json_schema": {"name": "review", "schema": SCHEMA}}
    for call in (sdk.chat, sdk.chat_sync):
        assert jsonschema_rs.is_valid(SCHEMA, call(slug, prompt="Hi", response_format=form).json())
    anything = sdk.chat(slug, prompt="Hi", response_format={"type": "json_object"})
    assert anything.json()["you_said"] == "Hi"


@pytest.mark.fact("O4")
@every_chat
def test_chat_is_told_when_it_was_cut_short(sdk, slug):
    """`finish_reason` says that max_tokens ended the answer."""
    answer = sdk.chat_sync(slug, prompt="Why?", max_tokens=3)
    assert (answer.text, answer.finish_reason in CUTS) == ("You said:", True)


@pytest.mark.fact("O4", "T4")
@every_chat
def test_chat_raises_what_went_wrong(sdk, slug):
    """A conversation that fails, or asks what cannot be, raises the SDK's own errors."""
    failing = [{"role": "user", "content": "mock:fail=out of memory"}]
    with pytest.raises(segmind.v2.InferenceFailed, match="out of memory"):
        sdk.chat(slug, messages=failing)
    form = {"type": "json_schema", "schema": {"type": "poem"}}
    with pytest.raises(segmind.exceptions.SegmindError, match="cannot be written") as refused:
        sdk.chat_sync(slug, prompt="Hi", response_format=form)
    assert refused.value.status == 400


@pytest.mark.fact("O2", "V5")
def test_run_makes_a_film(sdk):
    """`run` links to a film of the length that was asked for; v1 gives it up (V5)."""
    asked = {"prompt": "A boat", "duration": 4, "aspect_ratio": "9:16", "seed": 5}
    result = sdk.run("seedance-2.0", **asked)
    file = httpx.get(result["video"]["url"])
    assert file.headers["content-type"] == result["video"]["content_type"] == "video/mp4"
    with av.open(BytesIO(file.content)) as film:
        assert film.duration == 4_000_000
        assert len(list(film.decode(video=0))) == 8
    with pytest.raises(segmind.exceptions.SegmindError) as refused:
        sdk.run_sync("seedance-2.0", **asked)
    assert refused.value.status == 504


@pytest.mark.fact("V1b", "V5")
def test_run_sync_has_the_bytes_of_a_film_where_v1_waits_for_it(make_sdk, waiting_server):
    """With `--v1-limit scaled` v1 has the film that v2 links to."""
    sdk, asked = make_sdk(waiting_server), {"prompt": "A boat", "duration": 4, "seed": 5}
    linked = httpx.get(sdk.run("seedance-2.0", **asked)["output"])
    assert sdk.run_sync("seedance-2.0", **asked).content == linked.content


@pytest.mark.fact("O1")
def test_run_makes_a_sound(sdk):
    """`run` links to a sound, and `run_sync` has its bytes."""
    asked = {"prompt": "A waltz", "seed": 5}
    result = sdk.run("lyria-2", **asked)
    file = httpx.get(result["output"])
    assert file.headers["content-type"] == result["audio"]["content_type"] == "audio/wav"
    with wave.open(BytesIO(file.content)) as sound:
        assert sound.getnframes() / sound.getframerate() == 4
    assert sdk.run_sync("lyria-2", **asked).content == file.content


@pytest.mark.fact("V1c")
def test_run_sync_makes_pictures_inside_json(sdk):
    """base64 gives pictures that can be opened, and without it there is one, bare."""
    asked = {"prompt": "A robot", "img_width": 512, "img_height": 512, "seed": 5}
    body = sdk.run_sync("sdxl1.0-txt2img", **asked, base64=True, samples=2).json()
    sizes = {Image.open(BytesIO(b64decode(text))).size for text in body["image"]}
    assert (len(body["image"]), sizes) == (2, {(512, 512)})
    bare = sdk.run_sync("sdxl1.0-txt2img", **asked)
    assert Image.open(BytesIO(bare.content)).format == "JPEG"
    assert sdk.run("sdxl1.0-txt2img", **asked)["output"].endswith(".jpg")
