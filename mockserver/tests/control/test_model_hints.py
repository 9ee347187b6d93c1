"""What is said of runs that were refused for their models."""

from __future__ import annotations

import pytest

from mockserver.base.json_encoding import encode
from mockserver.control.journal import JournalFilter
from mockserver.rules.faults import FaultRequest
from mockserver.tests.conftest import KEY, PROMPT


def show_last(client):
    """Return the newest exchange as the control plane shows it."""
    return client.control.journal.show(JournalFilter(last=1))["requests"][0]


@pytest.mark.parametrize(
    ("slug", "hint"),
    [
        (
            "flux-1-schnell",
            (
                "did you mean `flux-schnell`, `flux-redux-schnell`, `fast-flux-schnell`? to serve "
                "it anyway: --unknown-models image, or segmock models new flux-1-schnell "
                "--like image"
            ),
        ),
        (
            "midjourney",
            (
                "`segmock models list` names all models; to serve it anyway: --unknown-models KIND"
                ", or segmock models new midjourney --like KIND; KIND is image, video, audio, text "
                "or json"
            ),
        ),
    ],
)
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_model_that_is_not_there_has_the_slugs_that_are_close(client, version, slug, hint):
    """Its client is told what the gateway tells, and nothing of this."""
    answer = client.post(f"/{version}/{slug}")
    assert (answer.status, answer.json) == (404, {"error": f"Model '{slug}' not found"})
    assert show_last(client)["hint"] == hint


@pytest.mark.parametrize(
    ("slug", "like"),
    [
        ("kling-v2.1", "video"),
        ("lyria2", "audio"),
        ("gpt4", "text"),
        ("Ideogram-3", "image"),
        ("hunyuan-3d-3", "json"),
        ("text-embedding-3", "json"),
        ("eleven-labs-transcripts", "json"),
        ("seedance", "video"),
    ],
)
def test_it_may_be_like_the_closest(client, slug, like):
    """What that makes is what the hint would have it make."""
    client.post(f"/v2/{slug}")
    assert show_last(client)["hint"].endswith(
        f"--unknown-models {like}, or segmock models new {slug} --like {like}"
    )


@pytest.mark.parametrize("slug", ["a b", "x" * 201, "requests"])
def test_what_can_be_no_slug_is_told_what_slugs_are(client, slug):
    """Nothing that could be typed would serve it."""
    client.post(f"/v2/{slug}")
    assert show_last(client)["hint"].startswith("no model can be called so: slugs have letters")


def test_a_retired_model_and_a_denied_one_are_told_from_where(make_client, tmp_path):
    """The contract says the one, the account the other."""
    source = make_client().emulator.catalogue.models["veo-3"].document
    retired = {**source, "x-model": {**source["x-model"], "retired": True}}
    (tmp_path / "veo-3.json").write_bytes(encode(retired))
    client = make_client(models=tmp_path)
    assert client.post("/v2/veo-3").status == 410
    assert show_last(client)["hint"] == (
        "did you mean `veo-3-fast`, `veo-3.1`, `veo-2`? its contract says that it is `retired`"
    )
    client.account(denied_models=["ideogram-3"])
    assert client.post("/v2/ideogram-3").status == 403
    assert "`denied_models` of this account" in show_last(client)["hint"]


@pytest.mark.fact("V5")
@pytest.mark.parametrize(
    ("limit", "speed", "way"),
    [
        ("realistic", 1000.0, "or serve with --v1-limit scaled"),
        ("scaled", 1.0, "or serve with a --speed above 2.4"),
    ],
)
def test_a_run_that_v1_gives_up_is_told_why_and_how_to_have_it(make_client, limit, speed, way):
    """Its client sees a page of the edge that says neither."""
    client = make_client(clock="auto", v1_limit=limit, speed=speed)
    assert client.post("/v1/veo-3", PROMPT).status == 504
    wanted = f"a run is taken to last 144 s in life, and v1 waits for 60: ask v2, {way}"
    assert show_last(client)["hint"] == wanted
    assert client.post("/v1/ideogram-3", {"prompt": "mock:stall"}).status == 504
    assert "hint" not in show_last(client), "the request asked for it"


def test_other_refusals_have_no_hint(client):
    """Those of a fault, of a prompt, of another route; nor has what went well."""
    client.submit()
    assert "hint" not in show_last(client)
    assert client.post("/v2/ideogram-3", {"prompt": "mock:status=404"}).status == 404
    assert "hint" not in show_last(client)
    client.get("/v2/requests/none/status")
    assert "hint" not in show_last(client)
    client.post("/workflows/a b")
    assert "hint" not in show_last(client)
    client.control.faults.add(FaultRequest(does={"status": 404}))
    assert client.post("/v2/midjourney").status == 404
    assert "hint" not in show_last(client)


def test_a_key_for_a_slug_stays_hidden(client):
    """The hint repeats the slug that came."""
    client.post(f"/v2/{KEY}", PROMPT)
    shown = show_last(client)
    assert KEY not in shown["hint"]
    assert shown["hint"].startswith("`segmock models list`")
