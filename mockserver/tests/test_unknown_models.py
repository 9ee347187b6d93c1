"""`--unknown-models`, and fine-tunes, from the submission to what came of it."""

from __future__ import annotations

import json
from decimal import Decimal

import httpx
import pytest

from mockserver import Emulator
from mockserver.base.errors import EmulatorError
from mockserver.contract.judgement import judge_params
from mockserver.control.journal import JournalFilter
from mockserver.rules.faults import FaultRequest, On
from mockserver.tests.conftest import FIXED, KEY, PROMPT
from mockserver.tests.models import MODELS
from mockserver.verdicts.verdicts import find_verdicts

TUNED = "40174048-1b49-48f3-ad7e-8384098f22d2-my-dog"
MEDIA = {
    "image": "image/png",
    "video": "video/mp4",
    "audio": "audio/wav",
    "text": "application/json",
    "json": "application/json",
}


def run(client, slug, body=PROMPT):
    """Return the result of a v2 run."""
    job = client.submit(slug, body)
    client.advance(600)
    result = client.get(f"/v2/requests/{job['request_id']}").json
    assert result["status"] == "COMPLETED"
    return result


@pytest.mark.parametrize(("unknown", "content_type"), MEDIA.items())
def test_a_slug_that_nobody_knows_runs_on_v1_and_v2(make_client, unknown, content_type):
    """It costs what its kind costs."""
    client = make_client(unknown_models=unknown, v1_limit="scaled")
    answer = client.post("/v1/brand-new", {**PROMPT, "duration": 1, "width": 64, "height": 64})
    assert (answer.status, answer.headers["content-type"]) == (200, content_type)
    assert Decimal(answer.headers["x-cost"]) > 0
    result = run(client, "brand-new", {**PROMPT, "duration": 1})
    if unknown in {"text", "json"}:
        told = PROMPT["prompt"] if unknown == "text" else "brand-new finished"
        assert told in result["output"]
    else:
        assert client.get(result["output"]).headers["content-type"] == content_type


@pytest.mark.parametrize("slug", ["brand-new", TUNED])
def test_answers_say_that_nothing_is_known_of_it(make_client, slug):
    """With --explain, as they say of other models how much is."""
    client = make_client(unknown_models="image")
    assert client.post(f"/v2/{slug}").headers["x-mock-contract"] == "unknown"


def test_without_the_setting_it_is_not_found(client):
    """As in life."""
    assert client.post("/v1/brand-new").status == 404
    with pytest.raises(EmulatorError, match="unknown_models"):
        Emulator(unknown_models="film")


@pytest.mark.fact("P8")
@pytest.mark.parametrize("slug", [TUNED, "alice-lora-dog", "alice-sdxl"])
def test_a_fine_tune_draws_pictures(client, slug):
    """With no more said than its slug; on v1 it is the picture itself."""
    answer = client.post(f"/v1/{slug}", {"prompt": "my dog", "samples": "2", "lora_scale": 0.7})
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    assert client.get(run(client, slug)["output"]).status == 200


@pytest.mark.fact("P8")
def test_a_fine_tune_of_the_sdk_runs_under_its_id_and_name(client):
    """However the id is spelled."""
    [tune] = client.get("/finetune/request/list").json
    identifier = tune["finetune_id"]
    for slug in (identifier, "-".join([identifier[:8], identifier[8:12], identifier[12:16]])):
        assert client.post(f"/v2/{slug}").status == 404
    assert run(client, f"{identifier}-{tune['name']}")["output"]


def test_all_who_ask_for_a_model_agree(make_client):
    """Rules for faults, models that an account is denied, and the checks of a run."""
    client = make_client(unknown_models="image")
    for slug in ("brand-new", TUNED):
        client.account(denied_models=[])
        client.control.faults.add(FaultRequest(on=On(model=slug), does={"status": 503}, times=1))
        assert client.post(f"/v2/{slug}").status == 503
        assert client.post(f"/v2/{slug}").status == 200
        client.account(denied_models=[slug])
        assert client.post(f"/v2/{slug}").status == 403


def test_what_is_not_served_can_be_in_no_rule_and_in_no_list(client):
    """The slug is as wrong there as in a path, but for that of a fine-tune."""
    with pytest.raises(EmulatorError, match="no model 'brand-new'"):
        client.account(denied_models=["brand-new"])
    with pytest.raises(EmulatorError, match="no model 'brand-new'"):
        client.control.faults.add(FaultRequest(on=On(model="brand-new"), does={"status": 503}))
    client.account(denied_models=["*", TUNED])


def test_a_big_body_is_read_ahead_for_such_a_model_too():
    """And judged by it: an edge does so before the emulator is locked."""
    emulator = Emulator(clock="auto", unknown_models="image", **FIXED)
    body = {"prompt": "x", "image": "data:image/png;base64," + "A" * 100_000}
    with httpx.Client(transport=emulator.transport, base_url="http://127.0.0.1") as client:
        for slug in ("brand-new", TUNED):
            answer = client.post(f"/v2/{slug}", json=body, headers={"x-api-key": KEY})
            assert answer.status_code == 200


def test_calls_of_a_model_that_is_not_there_break_the_same_rules_as_before(client):
    """A client that is told again and again; where the model is served there is nothing to say."""
    for _ in range(15):
        client.post("/v2/brand-new")
    exchanges = list(client.store.journals.exchanges_of(KEY))
    rules = client.emulator.catalogue.verdicts
    unserved = {each.id for each in find_verdicts(exchanges, rules)}
    for _ in range(15):
        client.post(f"/v2/{TUNED}")
    served = list(client.store.journals.exchanges_of(KEY))[15:]
    assert unserved
    assert not unserved & {each.id for each in find_verdicts(served, rules)}


def test_every_model_that_is_not_in_the_directory_is_told_of():
    """Those too whose schema has the last word on everything else."""
    outside = [model for model in MODELS.values() if model.remarks]
    assert {model.advisor is None for model in outside} == {True, False}
    for model in outside:
        judged = judge_params(model, model.document["examples"][0])
        assert judged.advice[:1] == model.remarks, model.slug


def test_a_model_that_is_not_in_the_directory_is_told_that_it_may_be_gone(client):
    """Each run of it, right or wrong; it runs."""
    sentence = (
        "'sd1.5-rpg' is not in the vendor's directory of 2026-08-19: it may be retired, and answer "
        "404 or 410."
    )
    for body in (PROMPT, {"prompt": 5}, {}):
        assert client.post("/v2/sd1.5-rpg", body).status == 200
        [shown] = client.control.journal.show(JournalFilter(last=1))["requests"]
        assert shown["advice"][0] == sentence
    client.submit("flux-dev")
    client.submit(TUNED)
    for shown in client.control.journal.show(JournalFilter(last=2))["requests"]:
        assert "advice" not in shown


def test_a_model_of_ones_own_under_such_a_slug_is_nobodys_to_judge(make_client, tmp_path):
    """Whoever writes its contract knows."""
    document = make_client().emulator.catalogue.models["sd1.5-rpg"].document
    (tmp_path / "mine.json").write_text(json.dumps(document))
    client = make_client(models=tmp_path)
    client.submit("sd1.5-rpg")
    [shown] = client.control.journal.show(JournalFilter(last=1))["requests"]
    assert "advice" not in shown
