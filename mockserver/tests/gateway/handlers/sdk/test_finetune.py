"""Fine-tuning: what was trained once is there, and nothing is trained any longer."""

import pytest

from mockserver.gateway.handlers.sdk import finetune
from mockserver.tests.conftest import HOST, KEY, OTHER_KEY, Client

ROOT = "/finetune/request"
PLACE = ("presigned_url", "s3_url")
FORM = {"content-type": "application/x-www-form-urlencoded"}


def get_finetune(client, **options):
    """Return the account's only fine-tune."""
    [tune] = client.get(f"{ROOT}/list", **options).json
    return tune


def get_place(client, name="data.zip", **options):
    """Return where a data set can be put, with its signature, and where it is then."""
    answer = client.ask("GET", f"{ROOT}/upload/pre-signed-url", {"name": name}, **options).json
    place, path = (answer[each].removeprefix(f"http://{HOST}") for each in PLACE)
    assert place.startswith(f"{path}?signature=")
    return place, path


@pytest.mark.fact("N16")
@pytest.mark.parametrize("body", [{}, {"name": "flux-job-1"}, b"{"])
def test_nothing_is_trained_any_longer(client, body):
    """A submit is 410, whatever it says."""
    answer = client.post(f"{ROOT}/submit", body)
    assert (answer.status, answer.json["error"]) == (410, "deprecated")


@pytest.mark.fact("N16", "N17")
def test_an_old_fine_tune_is_listed_and_shown(client):
    """Each account has one of its own; another account's is 404."""
    tune = get_finetune(client)
    assert tune["status"] == "AVAILABLE"
    assert tune["created_at"] < "2026"
    details = client.ask("GET", f"{ROOT}/details", {"request_id": tune["finetune_id"]})
    assert details.json == {"finetune": tune}
    other = get_finetune(client, key=OTHER_KEY)
    assert other["finetune_id"] != tune["finetune_id"]
    answer = client.ask("GET", f"{ROOT}/details", {"request_id": other["finetune_id"]})
    assert (answer.status, answer.json["error"]) == (404, "not_found")


@pytest.mark.fact("N18")
def test_a_data_set_can_be_put_once_and_read_back(client):
    """The place is empty until it is filled, needs no key, and is filled for good."""
    place, path = get_place(client)
    assert path.endswith(".zip")
    assert client.get(path, key=None).status == 404
    zipped = {"content-type": "application/zip"}
    put = client.ask("PUT", place, b"PK-1", key=None, headers=zipped)
    assert (put.status, put.body) == (200, b"")
    again = client.ask("PUT", place, b"PK-22", key=None, headers=zipped)
    assert (again.status, again.headers["allow"]) == (405, "GET, HEAD")
    for address in (place, path):
        answer = client.get(address, key=None)
        assert (answer.body, answer.headers["content-type"]) == (b"PK-1", "application/zip")


@pytest.mark.fact("N18")
def test_the_place_is_named_after_the_file(client):
    """A suffix is kept, none is zip, and each place is another."""
    assert get_place(client, "a.TAR")[1].endswith(".tar")
    assert get_place(client, "a")[1].endswith(".zip")
    assert get_place(client) != get_place(client)
    assert client.get(f"{ROOT}/upload/pre-signed-url").status == 400
    assert client.get(f"{ROOT}/upload/pre-signed-url?name=a.zip").status == 200


def make_addresses(client, key):
    """Return the path of each thing that an account can have at an address, by its kind."""
    upload = {"data_urls": ["data:image/png;base64,AAAA"]}
    run = client.post("/v1/ideogram-3", key=key).json
    tune = get_finetune(client, key=key)["cloud_storage_url"]
    form = f"cloud_storage_url={tune}".encode()
    weights = client.ask("GET", f"{ROOT}/file/download", form, headers=FORM, key=key).body.decode()
    filled, path = get_place(client, key=key)
    assert client.ask("PUT", filled, b"mine", key=None).status == 200
    urls = {
        "upload": client.post("/upload-asset", upload, key=key).json["urls"][0],
        "output": run["data"][0]["url"],
        "weights": weights,
        "data set": path,
        "job": client.submit(key=key)["response_url"],
    }
    return {kind: url.removeprefix(f"http://{HOST}") for kind, url in urls.items()}


def read_addresses(client, paths):
    """Return what can be read at each address."""
    answers = {kind: client.get(path) for kind, path in paths.items()}
    return {
        kind: (answer.status, answer.body, answer.headers["content-type"])
        for kind, answer in answers.items()
    }


@pytest.mark.fact("N18", "R8")
@pytest.mark.parametrize("folder", ["/assets/datasets/", "/assets/", "/outputs/", "as it is"])
@pytest.mark.parametrize("key", [None, KEY, OTHER_KEY])
def test_nothing_that_can_be_read_can_be_written(client, folder, key):
    """Whatever the address leads to, a PUT there is 404 or 405, and the thing stays as it was."""
    place, empty = get_place(client)
    paths = {**make_addresses(client, KEY), "empty place": empty}
    before = read_addresses(client, paths)
    signatures = ["", "?signature=", f"?{place.partition('?')[2]}"]
    for kind, path in paths.items():
        spelled = path if folder == "as it is" else folder + path.rpartition("/")[2]
        is_place = kind == "empty place" and spelled == empty
        for query in signatures[: 2 if is_place else 3]:
            evil = {"content-type": "text/html"}
            answer = client.ask("PUT", spelled + query, b"evil", key=key, headers=evil)
            assert answer.status in {404, 405}, (kind, spelled)
    assert read_addresses(client, paths) == before
    assert client.ask("PUT", place, b"mine", key=None).status == 200


@pytest.mark.fact("N2", "N18")
def test_a_file_is_at_the_address_of_its_kind_alone(client):
    """An upload is no data set, a data set no upload, and neither is an output."""
    paths = make_addresses(client, KEY)
    for kind in ("upload", "output", "weights", "data set"):
        name = paths[kind].rpartition("/")[2]
        for folder in ("/assets/", "/assets/datasets/", "/outputs/"):
            is_its_own = folder + name == paths[kind]
            assert client.get(folder + name).status == (200 if is_its_own else 404), kind


@pytest.mark.fact("N18")
def test_what_cannot_be_put_is_refused(monkeypatch):
    """A place that nobody promised is 404, what is too large 413, and the place stays open."""
    client = Client(max_body_mib=1)
    place, path = get_place(client)
    assert client.ask("PUT", "/assets/datasets/abc.zip", b"x").status == 404
    assert client.ask("PUT", place, b"x" * (1024 * 1024 + 1)).status == 413
    with monkeypatch.context() as patch:
        patch.setattr(finetune, "MAX_BYTES", 3)
        assert client.ask("PUT", place, b"four").status == 413
    client.ask("PUT", place, b"x", headers={"content-type": "é"})
    assert client.get(path).headers["content-type"] == "application/octet-stream"


@pytest.mark.fact("N19")
def test_access_is_changed_with_a_form(client):
    """A fine-tune is public or not as the form says; anything else is 400 or 404."""
    wanted = get_finetune(client)["finetune_id"]
    for word, value in (("True", True), ("False", False), ("1", True)):
        form = f"request_id={wanted}&segmind_public={word}".encode()
        answer = client.ask("PUT", f"{ROOT}/access-update", form, headers=FORM)
        assert answer.json["segmind_public"] is value is get_finetune(client)["segmind_public"]
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
    url = get_finetune(client)["cloud_storage_url"]
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
