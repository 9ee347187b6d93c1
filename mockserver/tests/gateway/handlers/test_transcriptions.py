"""A model that writes down speech answers with words and their times."""

import json

import pytest


@pytest.fixture
def writing(make_client, media_folder):
    """A client of a gateway that has such a model."""
    return make_client(models=media_folder)


def transcribe(client, **params):
    """Return what the model says on v1, which is what it says on v2."""
    blocking = client.post("/v1/writer", params)
    submitted = client.submit("writer", params)
    client.advance(60)
    queued = client.get(submitted["response_url"])
    assert blocking.json == json.loads(queued.json["output"])
    assert "O8" in blocking.facts
    assert {"O1", "O8"} <= queued.facts
    return blocking.json


@pytest.mark.fact("O8")
def test_the_words_are_those_of_the_text_one_after_the_other(writing):
    """Each begins after the one before has ended, and the longer word is the longer sound."""
    said = transcribe(writing, audio_url="https://example.com/talk.mp3")
    assert said["text"].startswith("audio_url is talk.mp3. segmock stands in for writer")
    assert " ".join(word["text"] for word in said["words"]) == said["text"]
    at = 0
    for word in said["words"]:
        assert at < word["start"] < word["end"]
        assert word["end"] - word["start"] == pytest.approx(0.07 * len(word["text"]))
        at = word["end"]
    assert (said["language_code"], said["language_probability"]) == ("en", 1)


@pytest.mark.fact("O8")
@pytest.mark.parametrize("name", ["text", "transcript", "prompt"])
def test_a_text_that_is_given_is_what_was_said(writing, name):
    """A model that finds the times of given words has those words."""
    said = transcribe(writing, **{name: "Good  evening\nall"}, language_code="de")
    assert said["text"] == "Good  evening\nall"
    assert [word["text"] for word in said["words"]] == ["Good", "evening", "all"]
    assert said["language_code"] == "de"


@pytest.mark.fact("O8")
def test_beside_a_sound_a_prompt_is_a_hint(writing):
    """And a transcript is still what was said."""
    sound = {"audio_url": "https://example.com/talk.mp3", "prompt": "Names: Ada"}
    assert transcribe(writing, **sound)["text"].startswith("audio_url is talk.mp3. ")
    assert transcribe(writing, **sound, transcript="Hello Ada")["text"] == "Hello Ada"


@pytest.mark.fact("O8")
def test_without_a_sound_there_is_nothing_to_write_down(writing):
    """And the model says so; what is no text is no language."""
    said = transcribe(writing, text=7)
    assert said["text"] == "writer was given nothing: no parameter holds a sound."
    assert said["language_code"] == "en"


def test_a_long_text_is_cut(writing):
    """An answer ends, however much came."""
    assert len(transcribe(writing, text="word " * 9_000)["text"]) == 20_000
