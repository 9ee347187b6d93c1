"""Fine-tuning: what was trained once is there, and nothing is trained any longer."""

import pytest

from mockserver.core.console import finetune
from mockserver.tests.conftest import HOST, OTHER_KEY, Client

ROOT = "/finetune/request"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def tune_of(client, **options):
    """Return the account's only fine-tune."""
    [tune] = client.get(f"{ROOT}/list", **options).json
    return tune


def promised(client, name="data.zip"):
    """Return the path that was promised for a data set."""
    answer = client.ask("GET", f"{ROOT}/upload/pre-signed-url", {"name": name}).json
    assert answer["presigned_url"] == answer["s3_url"]
    return answer["presigned_url"].removeprefix(f"http://{HOST}")


@pytest.mark.fact("N16")
@pytest.mark.parametrize("body", [{}, {"name": "flux-job-1"}, b"{"])
def test_nothing_is_trained_any_longer(client, body):
    """A submit is 410, whatever it says."""
    answer = client.post(f"{ROOT}/submit", body)
    assert (answer.status, answer.json["error"]) == (410, "deprecated")


@pytest.mark.fact("N16", "N17")
def test_an_old_fine_tune_is_listed_and_shown(client):
    """Each account has one of its own; another account's is 404."""
    tune = tune_of(client)
    assert tune["status"] == "AVAILABLE"
    assert tune["created_at"] < "2026"
    details = client.ask("GET", f"{ROOT}/details", {"request_id": tune["finetune_id"]})
    assert details.json == {"finetune": tune}
    other = tune_of(client, key=OTHER_KEY)
    assert other["finetune_id"] != tune["finetune_id"]
    answer = client.ask("GET", f"{ROOT}/details", {"request_id": other["finetune_id"]})
    assert (answer.status, answer.json["error"]) == (404, "not_found")


@pytest.mark.fact("N18")
def test_a_data_set_can_be_put_and_read_back(client):
    """The place is empty until it is filled, needs no key, and can be filled anew."""
    path = promised(client)
    assert path.endswith(".zip")
    assert client.get(path, key=None).status == 404
    for body in (b"PK-1", b"PK-22"):
        put = client.ask("PUT", path, body, key=None, headers={"content-type": "application/zip"})
        assert (put.status, put.body) == (200, b"")
        assert client.get(path, key=None).body == body
    assert client.get(path, key=None).headers["content-type"] == "application/zip"


@pytest.mark.fact("N18")
def test_the_place_is_named_after_the_file(client):
    """A suffix is kept, none is zip, and each place is another."""
    assert promised(client, "a.TAR").endswith(".tar")
    assert promised(client, "a").endswith(".zip")
    assert promised(client) != promised(client)
    assert client.get(f"{ROOT}/upload/pre-signed-url").status == 400
    assert client.get(f"{ROOT}/upload/pre-signed-url?name=a.zip").status == 200


@pytest.mark.fact("N18")
def test_what_cannot_be_put_is_refused(monkeypatch):
    """A place that nobody promised is 404, what is too large 413, an odd type plain bytes."""
    client = Client(max_body_mib=1)
    path = promised(client)
    assert client.ask("PUT", "/assets/datasets/abc.zip", b"x").status == 404
    assert client.ask("PUT", path, b"x" * (1024 * 1024 + 1)).status == 413
    client.ask("PUT", path, b"x", headers={"content-type": "é"})
    assert client.get(path).headers["content-type"] == "application/octet-stream"
    monkeypatch.setattr(finetune, "MAX_BYTES", 3)
    assert client.ask("PUT", path, b"four").status == 413


@pytest.mark.fact("N19")
def test_access_is_changed_with_a_form(client):
    """A fine-tune is public or not as the form says; anything else is 400 or 404."""
    wanted = tune_of(client)["finetune_id"]
    for word, value in (("True", True), ("False", False), ("1", True)):
        form = f"request_id={wanted}&segmind_public={word}".encode()
        answer = client.ask("PUT", f"{ROOT}/access-update", form, headers=FORM)
        assert answer.json["segmind_public"] is value is tune_of(client)["segmind_public"]
    for form, status in (
        (f"request_id={wanted}&segmind_public=maybe", 400),
        (f"request_id={wanted}", 400),
        ("segmind_public=True", 400),
        ("request_id=x&segmind_public=True", 404),
    ):
        answer = client.ask("PUT", f"{ROOT}/access-update", form.encode(), headers=FORM)
        assert answer.status == status


@pytest.mark.fact("N19")
def test_the_models_file_can_be_downloaded(client):
    """The answer is a URL as plain text, and the file is there, the same each time."""
    url = tune_of(client)["cloud_storage_url"]
    path = f"{ROOT}/file/download"
    first, again = (
        client.ask("GET", path, f"cloud_storage_url={url}".encode(), headers=FORM) for _ in range(2)
    )
    assert first.headers["content-type"].startswith("text/plain")
    assert first.body == again.body
    data = client.get(first.body.decode(), key=None)
    assert data.headers["content-type"] == "application/octet-stream"
    assert b"lora.weight" in data.body
    assert client.ask("GET", path, b"cloud_storage_url=s3://x", headers=FORM).status == 404
