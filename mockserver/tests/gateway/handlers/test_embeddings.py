"""An embedding model answers with vectors, in the shape of whoever runs it."""

import json

import pytest

from mockserver.contract.embedding_input import MOST_NUMBERS


@pytest.fixture
def embedding(make_client, media_folder):
    """A client of a gateway that has such models."""
    return make_client(models=media_folder)


def get_output(client, slug, body):
    """Return the output of a queued run, and the facts of its result."""
    submitted = client.submit(slug, body)
    client.advance(60)
    answer = client.get(submitted["response_url"])
    return json.loads(answer.json["output"]), answer.facts


@pytest.mark.fact("O7")
@pytest.mark.parametrize(("slug", "key"), [("embedder", "data"), ("embedder-g", "embedding")])
def test_vectors_are_bare_on_v1_and_a_string_on_v2(embedding, slug, key):
    """Both versions have the same JSON, and the same text has the same vector."""
    blocking = embedding.post(f"/v1/{slug}", {"prompt": "A jug"})
    queued, facts = get_output(embedding, slug, {"prompt": "A jug"})
    assert blocking.json == queued
    assert key in queued
    assert {"O1", "O7"} <= facts
    assert "O7" in blocking.facts
    assert embedding.post(f"/v1/{slug}", {"prompt": "A mug"}).json[key] != queued[key]


@pytest.mark.fact("O7")
def test_openais_shape_has_a_row_for_each_text(embedding):
    """In the order of the texts, with as many numbers as were asked for, and what was read."""
    body = {"prompt": ["A jug", "A mug!", "A jug"], "dimensions": 16}
    answer = embedding.post("/v1/embedder", body).json
    vectors = [row["embedding"] for row in answer["data"]]
    assert [row["index"] for row in answer["data"]] == [0, 1, 2]
    assert {len(vector) for vector in vectors} == {16}
    assert vectors[0] == vectors[2] != vectors[1]
    assert (answer["object"], answer["model"]) == ("list", "embedder")
    assert answer["usage"] == {"prompt_tokens": 7, "total_tokens": 7}


@pytest.mark.fact("O7b")
def test_openais_shape_has_the_vectors_alone_as_well(embedding):
    """Public clients look for them there: that of one text, or those of a list of texts."""
    one = embedding.post("/v1/embedder", {"prompt": "A jug"}).json
    many = embedding.post("/v1/embedder", {"text": ["A jug"]}).json
    assert one["embedding"] == one["data"][0]["embedding"]
    assert many["embeddings"] == [one["embedding"]]
    assert "embeddings" not in one
    assert "embedding" not in many


@pytest.mark.fact("O7")
def test_geminis_shape_has_one_vector_or_a_list(embedding):
    """`embedding` for a text, `embeddings` for a list; a shorter vector where that is asked."""
    one = embedding.post("/v1/embedder-g", {"prompt": "A jug", "dimensions": 8}).json
    many = embedding.post("/v1/embedder-g", {"contents": ["A jug", "A mug"], "dimensions": 8}).json
    assert one["embedding"] == many["embeddings"][0] != many["embeddings"][1]
    assert len(one["embedding"]["values"]) == 8


@pytest.mark.fact("E2", "T10")
def test_more_vectors_than_one_answer_holds_are_refused_on_v1_and_fail_on_v2(embedding):
    """With the reason, as other wrong values are."""
    texts = ["a"] * (MOST_NUMBERS // 16_384 + 1)
    refused = embedding.post("/v1/embedder-g", {"contents": texts})
    submitted = embedding.submit("embedder-g", {"contents": texts})
    embedding.advance(60)
    failed = embedding.get(submitted["response_url"])
    assert (refused.status, failed.status) == (400, 422)
    assert refused.error == failed.json["error"]
    assert "send fewer texts at once" in refused.error


def test_a_list_of_what_was_run_has_no_file_for_vectors(embedding):
    """As with text: there is nothing to link to."""
    embedding.post("/v1/embedder", {"prompt": "A jug"})
    listed = embedding.get("/inference-request/request-history").json["requests"]
    assert [row["generation_url"] for row in listed] == [None]
