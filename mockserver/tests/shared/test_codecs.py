"""What accounts have comes back as it was, from whichever process kept it."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from mockserver.base.account_clock import AccountClock
from mockserver.base.clock import VirtualClock
from mockserver.base.errors import EmulatorError
from mockserver.contract.catalogue import Catalogue, load_shipped_catalogue
from mockserver.shared.codecs import ModelCodecs, decode_row, encode_row, make_account, read_said
from mockserver.state.account import Account
from mockserver.tests.conftest import KEY, PROMPT, Client
from mockserver.tests.shared.conftest import SharedClient

CATALOGUE = load_shipped_catalogue()
CODECS = ModelCodecs(CATALOGUE)
BODIES = [
    ("/v2/ideogram-3", {"prompt": "A boat — ø", "seed": 7}),
    ("/v2/ideogram-3", {"prompt": "mock:fail=no"}),
    ("/v2/ideogram-3", {"prompt": "mock:stall"}),
    ("/v2/gpt-4o", {"messages": [{"role": "user", "content": "Why?"}]}),
    ("/workflows/my-flow-v2", PROMPT),
]


@pytest.fixture(scope="module")
def filled():
    """A client of an emulator in memory, whose account has all kinds of runs."""
    client = Client(credits=Decimal("1.234567"))
    for path, body in BODIES:
        client.post(path, body)
    client.advance(30)
    for path, body in BODIES:
        client.post(path, body)
    client.account(denied_models=["gpt-4o"], requests_per_minute=50)
    return client


def test_jobs_come_back_as_they_were(filled):
    """Each of a model or a workflow, in each state."""
    jobs = list(filled.store.records[KEY].jobs.list_retained())
    assert len(jobs) >= 8
    assert {job.is_flow for job in jobs} == {job.settled for job in jobs} == {False, True}
    for job in jobs:
        found = CODECS.jobs.decode(CODECS.jobs.encode(job))
        assert msgspec.structs.asdict(found) == msgspec.structs.asdict(job) | {"model": found.model}
        assert type(found.model) is type(job.model)
        assert (found.model.slug, type(found.price)) == (job.model.slug, Decimal)


def test_outputs_come_back_as_they_were(filled):
    """With the model that renders them."""
    outputs = [
        filled.store.find_output(each.output_id) for each in filled.store.records[KEY].outputs
    ]
    assert outputs
    for output in outputs:
        found = CODECS.outputs.decode(CODECS.outputs.encode(output))
        assert msgspec.structs.replace(found, model=output.model) == output
        assert (type(found.model), found.model.slug) == (type(output.model), output.model.slug)


def test_all_that_is_said_of_an_account_comes_back(filled):
    """But the clock, which is kept beside it."""
    account = filled.store.accounts[KEY]
    said = read_said(account)
    packed = msgspec.msgpack.encode(said)
    found = make_account(msgspec.msgpack.decode(packed, type=type(said)), account.clock)
    assert found == account
    assert {*said.__struct_fields__, "clock"} == set(Account.__struct_fields__)


@pytest.mark.parametrize("mode", [None, "real", "frozen", "auto", "x60"])
def test_a_clock_comes_back_as_it_was(mode):
    """One that goes with the default clock, and one of its own."""
    default = VirtualClock("frozen", lambda: 5, 10**15, lambda: 10**15 + 7)
    clock = AccountClock(default, 10**15 + 3)
    clock.advance(11, slept=4)
    if mode is not None:
        clock.set_mode(mode)
    found = AccountClock(default)
    state = msgspec.msgpack.encode(clock.save())
    found.restore(msgspec.msgpack.decode(state, type=type(clock.save())))
    assert (found.now(), found.read_client(), found.mode, found.save()) == (
        clock.now(),
        clock.read_client(),
        clock.mode,
        clock.save(),
    )


def test_an_account_is_written_as_it_was_read(make_shared, raw):
    """So that one which has not changed is seen not to have."""
    client = make_shared()
    client.post("/v1/ideogram-3")
    data = raw.get(f"segmock:0:0:account:{KEY}")
    assert encode_row(decode_row(data)) == data


def test_a_run_of_a_model_that_is_not_here_says_how_to_start(media_folder, redis_url):
    """All processes that share a store need the same models."""
    own = next(slug for slug in Catalogue(media_folder).models if slug not in CATALOGUE.models)
    with_model = SharedClient(redis_url, models=media_folder)
    job = with_model.submit(own)
    without = SharedClient(redis_url)
    told = []
    without.emulator.gateway.report = told.append
    assert without.get(f"/v2/requests/{job['request_id']}").status == 500
    assert f"the store has a run of the model {own}, which is unknown here" in told[0]
    assert "the same --models" in told[0]
    with pytest.raises(EmulatorError, match="unknown here") as refused:
        without.run(lambda: without.store.jobs_of(KEY))
    assert "the same --models" in refused.value.hint


def test_models_that_nobody_lists_come_back_where_they_are_served(redis_url):
    """They are made of what the settings say."""
    clients = [SharedClient(redis_url, unknown_models="image") for _ in range(2)]
    job = clients[0].submit("nobody-knows-this")
    clients[0].advance(60)
    path = f"/v2/requests/{job['request_id']}"
    assert clients[1].get(path).body == clients[0].get(path).body


def test_nothing_else_is_kept():
    """What has no bytes is refused, rather than kept as something else."""
    with pytest.raises(NotImplementedError, match="cannot keep a complex"):
        CODECS.jobs.encode(1j)
