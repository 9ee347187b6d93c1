"""Every method of the SDK's other namespaces, over a real socket, at the vendor's own addresses."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

import httpx
import pytest
from segmind import SegmindClient
from segmind.exceptions import SegmindError

from mockserver import Emulator
from mockserver.tests.conftest import FIXED
from mockserver.tests.receivers import receiving

PNG = b"\x89PNG\r\n\x1a\n"
MP4 = b"\x00\x00\x00\x18ftypmp42"


class Rerouted(httpx.HTTPTransport):
    """Sends whatever is meant for the vendor's hosts to a server on this machine.

    The Host header stays the vendor's, so that the server answers as it would there.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self.target = httpx.URL(url)
        self.hosts: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request elsewhere."""
        assert request.url.host.endswith(".segmind.com")
        self.hosts.append(request.url.host)
        request.url = request.url.copy_with(
            scheme="http", host=self.target.host, port=self.target.port
        )
        return super().handle_request(request)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The root of a live server whose clocks step with each poll."""
    with Emulator(clock="auto", **FIXED).live() as live:
        yield live.url


def rerouted(url: str, key: str | None) -> SegmindClient:
    """Return the SDK's client, with its own headers, connected to the server."""
    client = SegmindClient(api_key=key)
    headers = client._client.headers
    client._client.close()
    client._client = httpx.Client(
        headers=headers, base_url=client.base_url, transport=Rerouted(url)
    )
    return client


@pytest.fixture
def sdk(server, request) -> Iterator[SegmindClient]:
    """The SDK with a key that no other test has."""
    client = rerouted(server, f"SG_{crc32(request.node.name.encode()):016x}")
    yield client
    client._client.close()


@pytest.fixture
def nobody(server) -> Iterator[SegmindClient]:
    """The SDK without a key."""
    client = rerouted(server, None)
    yield client
    client._client.close()


@pytest.fixture
def anybody(server) -> Iterator[httpx.Client]:
    """An HTTP client without a key."""
    with httpx.Client(transport=Rerouted(server)) as client:
        yield client


def refusal(call, *args, **kwargs) -> SegmindError:
    """Return the error with which the SDK reports a refusal."""
    with pytest.raises(SegmindError) as caught:
        call(*args, **kwargs)
    return caught.value


@pytest.mark.fact("N1", "N2")
def test_files_upload(sdk, anybody, tmp_path):
    """Files of several kinds are uploaded, come back unchanged, and can be redrawn."""
    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "b.mp4").write_bytes(MP4)
    uploaded = sdk.files.upload([tmp_path / "a.png", tmp_path / "b.mp4"])
    assert uploaded["urls"] == uploaded["file_urls"]
    assert all(url.startswith("http://images.segmind.com/assets/") for url in uploaded["urls"])
    picture, film = (anybody.get(url) for url in uploaded["file_urls"])
    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")
    assert (film.content, film.headers["content-type"]) == (MP4, "video/mp4")
    one = sdk.files.upload(str(tmp_path / "a.png"))["file_urls"]
    redrawn = sdk.run_sync("ideogram-turbo-img-2-img", prompt="A boat", image_file=one[0])
    assert redrawn.headers["content-type"] == "image/png"
    assert "workflows-api.segmind.com" in sdk._client._transport.hosts


@pytest.mark.fact("N3", "N20")
def test_a_refused_upload_has_the_words_of_the_envelope(sdk, nobody, tmp_path):
    """The SDK reports status and words of an upload without a key, and of an empty file."""
    (tmp_path / "a.png").write_bytes(b"")
    error = refusal(sdk.files.upload, tmp_path / "a.png")
    assert (error.status, "empty" in error.detail) == (400, True)
    assert refusal(nobody.files.upload, tmp_path / "a.png").status == 401


@pytest.mark.fact("N4", "N5", "N6", "N7", "N8")
def test_webhooks_and_pixelflows(sdk, anybody):
    """A webhook is added, told of a workflow's run, changed, asked for its log, and deleted."""
    with receiving() as receiver:
        added = sdk.webhooks.add(f"{receiver.url}/one", ["GRAPH_RUN"])
        webhook_id = added["webhook_id"]
        sdk.webhooks.update(webhook_id, f"{receiver.url}/two", ["NODE_RUN", "GRAPH_RUN"])
        [webhook] = sdk.webhooks.get()["webhooks"]
        assert webhook["webhook_url"] == f"{receiver.url}/two"
        done = sdk.pixelflows.run(workflow_id="flow-1", data={"prompt": "A kite"}, poll_interval=0)
        told = [receiver.next() for _ in range(2)]
        assert [body["event"] for _, _, body in told] == ["NODE_RUN", "GRAPH_RUN"]
        assert {path for path, _, _ in told} == {"/two"}
        assert told[1][2]["outputs"] == done["output"][:1]
        assert anybody.get(done["output"][0]["value"]["data"]).content.startswith(PNG)
        while len(lines := sdk.webhooks.logs(webhook_id)["logs"]) < 2:
            pass
        assert {(line["event"], line["status"]) for line in lines} == {
            ("NODE_RUN", 200),
            ("GRAPH_RUN", 200),
        }
        assert sdk.webhooks.delete(webhook_id)["webhook"]["is_active"] is False
        sdk.pixelflows.run(workflow_id="flow-1", data={}, poll_interval=0)
        assert receiver.is_silent()


@pytest.mark.fact("N4", "N5", "N20")
def test_webhooks_that_cannot_be(sdk):
    """The SDK reports a wrong event and an unknown webhook with the console's error."""
    assert sdk.webhooks.add("https://example.com/hook", ["PIXELFLOW"])["webhook_id"]
    error = refusal(sdk.webhooks.add, "https://example.com/hook", ["NOTHING"])
    assert (error.status, error.detail) == (400, "invalid_request")
    assert refusal(sdk.webhooks.logs, "0" * 32).status == 404
    assert refusal(sdk.webhooks.delete, "0" * 32).status == 404


@pytest.mark.fact("N7", "N8", "N9")
def test_pixelflows_in_every_other_way(sdk):
    """A run can be submitted by URL and polled by id or URL; one that fails is returned."""
    url = "https://api.segmind.com/workflows/flow-2-v1"
    run = sdk.pixelflows.run(workflow_url=url, data={"prompt": "A kite"}, poll=False)
    assert run["status"] == "QUEUED"
    first = sdk.pixelflows.get_status(poll_id=run["request_id"])
    assert first == {"output": "", "status": "QUEUED"}
    done = sdk.pixelflows.poll(poll_url=run["poll_url"], poll_interval=0)
    assert done["status"] == "COMPLETED"
    assert [item["keyname"] for item in done["output"]] == ["image", "inputs"]
    again = sdk.pixelflows.get_status(poll_url=run["poll_url"])
    assert again == done == sdk.pixelflows.poll(poll_id=run["request_id"])
    failed = sdk.pixelflows.run(
        workflow_id="flow-2", data={"text": "mock:fail=no ink"}, poll_interval=0
    )
    assert failed == {"error_message": {"error": "no ink"}, "status": "FAILED"}
    assert refusal(sdk.pixelflows.get_status, poll_id="0" * 32).status == 404


@pytest.mark.fact("N11")
def test_models_list(sdk):
    """Models are listed under the vendor's own long key."""
    rows = sdk.models.list()["Inference Segmind Model Information List With Details"]
    assert "ideogram-3" in {row["slug"] for row in rows}
    assert "api.spotprod.segmind.com" in sdk._client._transport.hosts


@pytest.mark.fact("N12", "N13", "N14")
def test_generations(sdk, anybody):
    """What was run is in the list, among the recent ones, in the history, and there by its id."""
    result = sdk.submit_async("ideogram-3", prompt="A kite").wait(interval=0)
    failed = sdk.pixelflows.run(workflow_id="flow", data={"text": "mock:block"}, poll_interval=0)
    assert failed["status"] == "FAILED"
    who = sdk.accounts.current()["user_id"]
    [row] = sdk.generations.list(page=1, model_name="ideogram-3", user_id=who)["generations"]
    assert row["generation_url"] == result["output"]
    assert (row["status"], row["prompt"]) == ("COMPLETED", "A kite")
    assert sdk.generations.recent("ideogram-3")["generations"] == [row]
    assert sdk.generations.list(start_date="2026-01-01", end_date="2026-01-01")["generations"]
    assert sdk.generations.list(end_date="2025-12-31")["generations"] == []
    history = sdk.generations.history(sort_by="credits_deduction", sort_order="desc", per_page=1)
    assert history["pagination"]["total_pages"] == 2
    assert history["requests"][0]["request_id"] == row["request_id"]
    assert sdk.generations.history(status="FAILED")["requests"][0]["model_name"] == "flow"
    assert sdk.generations.get(row["request_id"]) == history["requests"][0]
    assert anybody.get(row["generation_url"]).status_code == 200
    assert refusal(sdk.generations.get, "a/b c").status == 404
    assert refusal(sdk.generations.history, per_page=101).status == 400
    assert refusal(sdk.generations.history, user_email="somebody@example.com").status == 403


@pytest.mark.fact("N15", "N20")
def test_accounts_current(sdk, nobody):
    """The account is somebody; without a key the console's invalid_token is raised."""
    assert sdk.accounts.current()["plan"] == "unlimited"
    assert "cloud.segmind.com" in sdk._client._transport.hosts
    error = refusal(nobody.accounts.current)
    assert (error.status, error.detail) == (401, "invalid_token")


@pytest.mark.fact("N16", "N17", "N18", "N19")
def test_finetune(sdk, anybody):
    """A data set is uploaded, a submit refused, and the old fine-tune shown, shared and fetched."""
    place = sdk.finetune.upload_presigned_url(name="my-dataset.zip")
    assert anybody.put(place["presigned_url"], content=b"PK-data").status_code == 200
    assert anybody.get(place["s3_url"]).content == b"PK-data"
    error = refusal(
        sdk.finetune.submit,
        name="flux-job-1",
        data_source_path=place["s3_url"],
        instance_prompt="1MAN",
        trigger_word="1MAN",
        base_model="FLUX",
        train_type="LORA",
        machine_type="NVIDIA_A100_40GB",
    )
    assert (error.status, error.detail) == (410, "deprecated")
    [job] = sdk.finetune.list()
    details = sdk.finetune.details(request_id=job["finetune_id"])
    assert details["finetune"] == job
    sdk.finetune.access_update(request_id=job["finetune_id"], segmind_public=True)
    assert sdk.finetune.list()[0]["segmind_public"] is True
    stored = details["finetune"]["cloud_storage_url"]
    url = sdk.finetune.file_download(cloud_storage_url=stored)
    assert b"lora.weight" in anybody.get(url).content
    assert refusal(sdk.finetune.details, request_id="0" * 32).status == 404


@pytest.mark.fact("R7", "N2", "N10")
def test_no_rule_for_clients_is_broken_by_the_sdk_or_by_bearer(server, tmp_path):
    """Namespaces used as they should be break no rule; a key sent to an asset breaks one."""
    key = "SG_00aa00bb00cc00dd"
    sdk = rerouted(server, key)
    (tmp_path / "a.png").write_bytes(PNG)
    url = sdk.files.upload(tmp_path / "a.png")["file_urls"][0]
    sdk.webhooks.get()
    sdk.finetune.list()
    sdk.generations.list()
    bearer = {"authorization": f"Bearer {key}"}
    with httpx.Client(transport=Rerouted(server)) as client:
        run = client.post("https://api.segmind.com/workflows/f", json={}, headers=bearer).json()
        assert client.get(run["poll_url"], headers=bearer).json()["status"] == "QUEUED"
        assert client.get(url).status_code == 200
    verdicts = f"{server}/_mock/verdicts?api_key={key}"
    assert httpx.get(verdicts).json()["verdicts"] == []
    sdk._client.get(url)
    [verdict] = httpx.get(verdicts).json()["verdicts"]
    assert verdict["id"] == "key-to-output"
    sdk._client.close()
