"""Prompts and pictures are kept as they are, by their digests, or not at all."""

import json
from hashlib import sha256

import pytest

from mockserver.facts.observed import Body
from mockserver.recordings.keep import DROPPED, Keep, hash_text
from mockserver.tests.recordings.planting import (
    FORM,
    MULTIPART,
    answer,
    draw_picture,
    encode_base64,
    find_secret,
    pack_parts,
    send,
)
from mockserver.tests.recordings.recording import record

PROMPT = "a fox in the snow, 4k"
DIGEST = hash_text(PROMPT)

SENT = {
    "JSON": send(json.dumps({"prompt": PROMPT, "seed": 7}), "application/json"),
    "chat": send(
        json.dumps(
            {
                "model": "gpt-5",
                "messages": [{"role": "user", "content": [{"type": "text", "text": PROMPT}]}],
            }
        ),
        "application/json",
    ),
    "form": send(f"prompt={PROMPT.replace(' ', '+')}&seed=7", FORM),
    "field": send(pack_parts(value=PROMPT), MULTIPART),
}

SAID = {
    "prompt": answer(json.dumps({"prompt": PROMPT, "status": "COMPLETED"}), "application/json"),
    "error": answer(json.dumps({"error": f"Refused: '{PROMPT}' is rude"}), "application/json"),
    "sentence": answer(f"Refused: '{PROMPT}' is rude", "text/plain"),
    "chat": answer(
        json.dumps({"choices": [{"message": {"role": "assistant", "content": PROMPT}}]}),
        "application/json",
    ),
    "event": answer(
        f"data: {json.dumps({'choices': [{'delta': {'content': PROMPT}}]})}\n\n",
        "text/event-stream",
    ),
    "header": answer("", "text/plain", headers=(("x-prompt", PROMPT),)),
}


@pytest.mark.parametrize("sent", SENT)
@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("kept", ["hashed", "dropped"])
def test_a_prompt_is_nowhere_and_can_be_recognized(tmp_path, sent, said, kept):
    """Neither where it was sent nor where it was repeated; its digest is, if that was asked for."""
    record(tmp_path, SENT[sent], SAID[said], keep=Keep(prompts=kept))
    assert find_secret(tmp_path, PROMPT) is None
    assert find_secret(tmp_path, DIGEST if kept == "hashed" else DROPPED)


def test_all_else_of_a_request_is_kept(tmp_path):
    """A replay knows the call again by its digest and its parameters."""
    exchange, *_ = record(tmp_path / "a", SENT["JSON"], keep=Keep(prompts="hashed"))
    assert exchange.request_body.document == {"prompt": DIGEST, "seed": 7}
    exchange, *_ = record(tmp_path / "b", SENT["chat"], keep=Keep(prompts="hashed"))
    assert exchange.request_body.document["messages"] == [
        {"role": "user", "content": [{"type": "text", "text": DIGEST}]}
    ]


def test_addresses_and_states_are_no_prompts(tmp_path):
    """What a poll says of a run stays readable, and so does the server's own message."""
    document = {"status": "QUEUED", "output": "https://a.example/b.png", "message": "Please wait"}
    said = answer(json.dumps(document), "application/json")
    exchange, *_ = record(tmp_path, said, keep=Keep(prompts="dropped"))
    assert exchange.body.document == document


@pytest.mark.parametrize("kept", ["hashed", "dropped"])
def test_a_picture_is_kept_by_its_digest_or_not_at_all(tmp_path, kept):
    """As a body, as a file of a form, and in base64; the size of a body stays."""
    picture = draw_picture("PNG")
    digest = f"sha256:{sha256(picture).hexdigest()}"
    said, sent, inside = record(
        tmp_path,
        answer(picture, "image/png"),
        send(pack_parts(file=picture), MULTIPART),
        send(json.dumps({"image": encode_base64(picture), "seed": 7}), "application/json"),
        keep=Keep(media=kept),
    )
    shown = digest if kept == "hashed" else DROPPED
    assert said.body == Body(
        size=len(picture), digest=digest.removeprefix("sha256:") if kept == "hashed" else ""
    )
    assert shown.encode() in sent.request_body.content
    assert inside.request_body.document == {"image": shown, "seed": 7}
    assert all(picture not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_what_is_kept_is_told(tmp_path):
    """By a sentence in the line of an exchange whose file is not here."""
    record(tmp_path, answer(draw_picture("PNG"), "image/png"), keep=Keep(media="dropped"))
    (path,) = tmp_path.glob("*.jsonl")
    line = json.loads(path.read_text().splitlines()[1])
    assert line["notes"] == ["the answer's body was not kept: a file not to be kept"]
