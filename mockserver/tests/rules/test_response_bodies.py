"""Each JSON body is what its schema in contracts/bodies says, number for number."""

import json
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockserver.base.clock import FIXED_START, HOUR, SECOND
from mockserver.base.wire import Request
from mockserver.contract.catalogue import Catalogue
from mockserver.rules import response_bodies
from mockserver.rules.jobs import Job
from mockserver.rules.wallet import Wallet

CATALOGUE = Catalogue()
ORIGIN = "https://api.example.com:8443"
ID = "0123456789abcdef" * 2
URL = f"{ORIGIN}/outputs/{ID}.png"
IMAGE = response_bodies.File(URL, "image/png", f"{ID}.png", 5120)

MESHES = {
    "glb": "model/gltf-binary",
    "obj": "model/obj",
    "ply": "application/octet-stream",
    "stl": "model/stl",
}

money = st.decimals(0, 10**6, places=10)
stages = st.integers(0, HOUR)


def make_job(**changes):
    """Return a completed job that queued for 1.25 s and ran for 11.5 s."""
    fields = {
        "request_id": ID,
        "ordinal": 0,
        "model": CATALOGUE.models["ideogram-3"],
        "payload": b'{"prompt":"a boat"}',
        "seed": 4711,
        "price": Decimal("0.075"),
        "submitted_at": FIXED_START,
        "started_at": FIXED_START + 1_250_000,
        "finished_at": FIXED_START + 12_750_000,
        "expires_at": FIXED_START + HOUR,
        "ends": "COMPLETED",
        "remaining": Decimal("99.925"),
    }
    return Job(**{**fields, **changes})


def parse_checked(name, body):
    """Return a body, decoded, that must satisfy the schema of this name."""
    schema = CATALOGUE.schemas[f"urn:segmock:body:{name}"]
    value = json.loads(body)
    Draft202012Validator(schema).validate(value)
    return value


@pytest.mark.fact("S1")
def test_a_submit_is_five_members_in_alphabetical_order():
    """The answer to a submit has absolute URLs, and its keys are sorted."""
    value = parse_checked("submit", response_bodies.render_submitted(ORIGIN, make_job()))
    assert list(value) == sorted(value)
    assert value == {
        "poll_url": f"{ORIGIN}/v1/requests/{ID}",
        "request_id": ID,
        "response_url": f"{ORIGIN}/v2/requests/{ID}",
        "status": "QUEUED",
        "status_url": f"{ORIGIN}/v2/requests/{ID}/status",
    }


@given(st.binary(max_size=30), st.none() | st.binary(max_size=30), st.none() | st.binary())
def test_whatever_host_a_client_names_the_answer_to_its_submit_is_json(host, forwarded, proto):
    """No host, forwarded or not, has a character that JSON would have to escape."""
    named = {b"host": host, b"x-forwarded-host": forwarded, b"x-forwarded-proto": proto}
    headers = {name: value for name, value in named.items() if value is not None}
    origin = Request(method="POST", path="/", headers=headers).origin
    value = json.loads(response_bodies.render_submitted(origin, make_job()))
    assert value["status_url"] == f"{origin}/v2/requests/{ID}/status"


@pytest.mark.fact("T2", "T8")
@pytest.mark.parametrize("state", ["QUEUED", "PROCESSING"])
def test_a_pending_request_has_a_state_and_no_metrics(state):
    """While a request is pending, its metrics are there and empty."""
    value = parse_checked("pending", response_bodies.render_pending(ORIGIN, make_job(), state))
    assert (value["status"], value["metrics"]) == (state, {})
    assert value["status_url"] == value["response_url"] + "/status"


def test_a_job_with_a_handle_is_found_by_its_urls_alone():
    """Where the URLs handed out are opaque, they have the handle, and the id stays the id."""
    job = make_job(handle=f"{ID}-token")
    submitted = json.loads(response_bodies.render_submitted(ORIGIN, job))
    pending = json.loads(response_bodies.render_pending(ORIGIN, job, "QUEUED"))
    assert submitted["poll_url"] == f"{ORIGIN}/v1/requests/{ID}-token"
    for value in (submitted, pending):
        assert value["request_id"] == ID
        assert value["response_url"] == f"{ORIGIN}/v2/requests/{ID}-token"
        assert value["status_url"] == f"{ORIGIN}/v2/requests/{ID}-token/status"


@pytest.mark.fact("T3", "T11", "O3")
def test_a_completed_status_has_times_and_cost_and_no_output():
    """The light poll of a completed request tells what it took and cost, and nothing more."""
    value = parse_checked("completed-status", response_bodies.render_completed_status(make_job()))
    assert value == {
        "status": "COMPLETED",
        "request_id": ID,
        "metrics": {
            "cost": 0.075,
            "remaining_credits": 99.925,
            "inference_time": 11.5,
            "queue_time": 1.25,
            "total_time": 12.75,
        },
    }


@pytest.mark.fact("T4", "T11")
def test_a_failed_request_has_an_error_and_no_cost():
    """A failure tells why and how long it took; nothing was charged, so no money is named."""
    value = parse_checked(
        "failed", response_bodies.render_failed(make_job(ends="FAILED", error="out of ink"))
    )
    assert value == {
        "status": "FAILED",
        "error": "out of ink",
        "metrics": {"inference_time": 11.5, "queue_time": 1.25, "total_time": 12.75},
    }


@pytest.mark.fact("O6")
@pytest.mark.parametrize(("suffix", "media"), MESHES.items())
def test_a_mesh_stands_where_a_film_would(suffix, media):
    """`model_mesh` has what `video` has, in each format."""
    name = f"{ID}.{suffix}"
    file = response_bodies.File(f"{ORIGIN}/outputs/{name}", media, name, 8828)
    body = response_bodies.render_media_result("3d", make_job(), [file], "a jug")
    value = parse_checked("mesh-result", body)
    assert value["output"] == value["model_mesh"]["url"] == file.url
    assert (value["model_mesh"]["file_name"], value["prompt"]) == (name, "a jug")


def test_a_failure_without_words_is_given_some():
    """A request that was made to fail without an error still says that it failed."""
    value = parse_checked("failed", response_bodies.render_failed(make_job(ends="FAILED")))
    assert value["error"] == "The request failed."


@pytest.mark.fact("O1", "O2", "O3")
def test_an_image_result_names_its_file_in_both_places():
    """The output is the URL of the image that `images` describes."""
    value = parse_checked(
        "image-result", response_bodies.render_media_result("image", make_job(), [IMAGE], "a boat")
    )
    assert value["output"] == URL
    assert value["images"] == [
        {"url": URL, "content_type": "image/png", "file_name": f"{ID}.png", "file_size": 5120}
    ]
    assert (value["seed"], value["prompt"]) == (4711, "a boat")
    assert value["timings"] == {"inference": 11.5}


@pytest.mark.fact("O2b")
def test_several_images_are_listed_and_the_first_is_the_output():
    """Each further one has its number in its name, and on v1 the next seed too."""
    second = URL.replace(".png", "-2.png")
    files = [IMAGE, response_bodies.File(second, "image/png", f"{ID}-2.png", 7)]
    body = response_bodies.render_media_result("image", make_job(), files, "a boat")
    value = parse_checked("image-result", body)
    assert value["output"] == URL
    assert [each["url"] for each in value["images"]] == [URL, second]
    blocking = response_bodies.render_v1_image_result(
        FIXED_START, make_job(), [URL, second], {}, (64, 32)
    )
    data = parse_checked("v1-image-result", blocking)["data"]
    assert [(each["url"], each["seed"]) for each in data] == [(URL, 4711), (second, 4712)]


@pytest.mark.parametrize("prompt", [None, 7, ["a boat"]])
def test_an_image_result_leaves_out_what_there_is_not(prompt):
    """A model without a seed has none in its result, and a prompt that is no text is left out."""
    value = parse_checked(
        "image-result",
        response_bodies.render_media_result("image", make_job(seed=None), [IMAGE], prompt),
    )
    assert value.keys().isdisjoint({"seed", "prompt"})


@pytest.mark.fact("O1", "O2")
@pytest.mark.parametrize(
    ("media", "suffix", "kind"), [("video", "mp4", "video/mp4"), ("audio", "wav", "audio/wav")]
)
def test_a_film_or_sound_stands_where_images_do(media, suffix, kind):
    """A video result has `video` beside its output, an audio result `audio`."""
    url = URL.replace("png", suffix)
    file = response_bodies.File(url, kind, f"{ID}.{suffix}", 9)
    value = parse_checked(
        f"{media}-result", response_bodies.render_media_result(media, make_job(), [file], "a boat")
    )
    assert value["output"] == value[media]["url"] == url
    assert (value[media]["content_type"], value["seed"]) == (kind, 4711)
    body = response_bodies.render_v1_media_result(FIXED_START, make_job(seed=None), url, kind, {})
    (datum,) = parse_checked("v1-media-result", body)["data"]
    assert datum == {"url": url, "content_type": kind, "prompt": ""}


@pytest.mark.fact("V1c")
def test_one_picture_inside_json_is_a_text_and_several_are_a_list():
    """base64 comes as it does from the gateway, with a status and the seconds it took."""
    body = response_bodies.render_v1_base64_result([b"abc"], 1.5)
    assert body[14:].startswith(b'YWJj"'), "where the vendor's first SDK looks for it"
    one = parse_checked("v1-base64-result", body)
    assert one == {"image": "YWJj", "status": "Success", "infer_time": 1.5}
    two = parse_checked(
        "v1-base64-result", response_bodies.render_v1_base64_result([b"abc", b"de"], 1.5)
    )
    assert two["image"] == ["YWJj", "ZGU="]


@pytest.mark.fact("O1", "O5")
def test_a_text_result_is_its_text():
    """The output of a text model is the text itself."""
    value = parse_checked("text-result", response_bodies.render_text_result(make_job(), "done"))
    assert (value["output"], value["reasoning"], value["partial"]) == ("done", "", False)
    assert value["metrics"]["cost"] == 0.075


@pytest.mark.fact("V1d")
def test_a_blocking_image_result_is_the_providers_body():
    """v1 tells of the image as the provider does, with the time in UTC."""
    params = {"prompt": "a boat", "style_type": "DESIGN"}
    body = response_bodies.render_v1_image_result(
        FIXED_START, make_job(), [URL], params, (832, 1248)
    )
    assert parse_checked("v1-image-result", body) == {
        "created": "2026-01-01T00:00:00.000000Z",
        "data": [
            {
                "url": URL,
                "prompt": "a boat",
                "resolution": "832x1248",
                "is_image_safe": True,
                "seed": 4711,
                "style_type": "DESIGN",
            }
        ],
    }


def test_a_blocking_image_result_leaves_out_what_there_is_not():
    """Without seed and style, the provider's body has neither."""
    body = response_bodies.render_v1_image_result(
        FIXED_START, make_job(seed=None), [URL], {}, (1, 2)
    )
    (datum,) = parse_checked("v1-image-result", body)["data"]
    assert set(datum) == {"url", "prompt", "resolution", "is_image_safe"}


def test_a_blocking_text_result_is_the_output_alone():
    """v1 gives a text model's output without request or metrics."""
    value = parse_checked("v1-text-result", response_bodies.render_v1_text_result("done"))
    assert value == {"output": "done", "reasoning": "", "partial": False}


@pytest.mark.fact("R6")
@given(money, money)
def test_a_balance_is_two_exact_numbers(paid, free):
    """Credits and free credits are JSON numbers that say exactly what is there."""
    body = response_bodies.render_credits(Wallet(paid, free))
    parse_checked("credits", body)
    value = json.loads(body, parse_float=Decimal)
    assert list(value.items()) == [("credits", paid), ("free-credits", free)]


@pytest.mark.fact("O3")
@given(stages, stages, money)
def test_metrics_add_up(queue, run, remaining):
    """Queueing and running make up the total, and the balance is written exactly."""
    started_at = FIXED_START + queue
    job = make_job(started_at=started_at, finished_at=started_at + run, remaining=remaining)
    body = response_bodies.render_completed_status(job)
    metrics = json.loads(body, parse_float=Decimal)["metrics"]
    assert metrics["queue_time"] + metrics["inference_time"] == metrics["total_time"]
    assert metrics["total_time"] == Decimal(queue + run) / SECOND
    assert metrics["remaining_credits"] == remaining


def test_a_job_that_was_never_booked_leaves_nothing():
    """Where no balance was noted, the metrics say zero rather than nothing."""
    metrics = msgspec.to_builtins(
        response_bodies.compute_metrics(make_job(remaining=None)), str_keys=True
    )
    assert Decimal(metrics["remaining_credits"]) == 0
