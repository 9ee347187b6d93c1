"""Whatever a test's author asks for that cannot be: one exception, one sentence, their own line."""

from __future__ import annotations

import inspect
from math import nan

import pytest

from mockserver import Emulator
from mockserver.base.errors import EmulatorError
from mockserver.handles.account import AccountHandle, Faults, HandleClock
from mockserver.testing.sessions import TestAccount
from mockserver.tests.conftest import KEY

LOOP: list = []
LOOP.append(LOOP)


def list_visible_lines(caught) -> list[str]:
    """Return where the lines are that pytest shows of an exception, those of libraries included."""
    return [f"{entry.path}:{entry.lineno}" for entry in caught.traceback.filter(caught)]


def do(code, **names):
    """Return a call of an account that does this."""
    return eval(f"lambda account: {code}", names)


CALLS = {
    'account.configure(plann="free")': "did you mean `plan`?",
    'account.configure(plan="golden")': "plans: ",
    'account.configure(status="Active")': "did you mean `active`?",
    'account.configure(denied_models=["ideogram3"])': "did you mean `ideogram-3`?",
    'account.configure(credits="much")': "fields: plan,",
    "account.configure(credits=nan)": "no JSON",
    'account.job("unknown")': "GET /_mock/jobs",
    "account.job(None)": "the id of a job is None",
    'account.job("")': "the id of a job is ''",
    'account.job("a/b?c#d")': "",
    'account.complete("unknown")': "GET /_mock/jobs",
    'account.fail("unknown")': "GET /_mock/jobs",
    'account.fail("unknown", error={1: LOOP})': "no JSON",
    'account.stall("unknown")': "GET /_mock/jobs",
    'account.expire("unknown")': "GET /_mock/jobs",
    'account.clock.advance("x")': "advance_s",
    "account.clock.advance(-1)": "time cannot go back",
    "account.clock.advance(nan)": "no JSON",
    "account.clock.advance_to_next()": "no job will change its state",
    'account.clock.sleep("x")': "seconds is 'x'",
    'account.clock.set("frozenn")': "did you mean `frozen`?",
    "account.clock.set(5)": "mode",
    'account.clock.set(utc="tomorrow")': "ISO 8601",
    'account.faults.add({"statuss": 503})': "did you mean `status`?",
    'account.faults.add({"status": 503, "bodi": "html"})': "did you mean `body`?",
    'account.faults.add({"status": 503}, on="submitt")': "did you mean `submit`?",
    'account.faults.add({"status": 503}, on={"rout": "submit"})': "did you mean `route`?",
    'account.faults.add({"status": 503}, on={"model": "ideogram3"})': "did you mean `ideogram-3`?",
    'account.faults.add({"status": 503}, on={"state": "queued"})': "did you mean `QUEUED`?",
    'account.faults.add({"status": 503}, when="afterr")': "did you mean `after`?",
    'account.faults.add({"status": 503}, time=3)': "did you mean `times`?",
    'account.faults.add({"status": 503}, times="3")': "times",
    'account.faults.add({"status": LOOP})': "no JSON",
    'account.faults.add({("status",): 503})': "no JSON",
    "account.faults.add(7)": "effects: ",
    'account.faults.remove("fault-999999")': "GET /_mock/faults",
    'account.faults.remove("fault 1\\n")': "GET /_mock/faults",
    "account.faults.remove(None)": "the id of a fault is None",
}
"""Each call, and what its sentence says among other things."""

HARMLESS = {"reset", "clear", "sleepless", "wake"}
"""Public methods that take nothing that could be wrong."""


@pytest.mark.parametrize("code", CALLS)
def test_one_exception_says_what_was_meant(control_client, code):
    """In process and over HTTP: the sentence, the user's line, and nothing of what is within."""
    account = AccountHandle(control_client, KEY)
    call = do(code, nan=nan, LOOP=LOOP)
    with pytest.raises(EmulatorError) as caught:
        call(account)
    error = caught.value
    assert CALLS[code] in str(error)
    assert error.hint
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__
    assert len(list_visible_lines(caught)) == 2  # this test's, and the lambda's


def test_every_public_method_has_its_misuse():
    """One that is added is tried here too, unless nothing can be wrong with it."""
    methods = {
        name
        for kind in (AccountHandle, HandleClock, Faults)
        for name, value in vars(kind).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }
    tried = {code.partition("(")[0].rpartition(".")[2] for code in CALLS}
    assert methods - HARMLESS == tried
    own = {name for name in vars(TestAccount) if not name.startswith("_")}
    assert own == {"reset", "check", "replays"}


MAKERS = {
    'Emulator(clok="auto")': "did you mean `clock`?",
    'Emulator(clock="autoo")': "did you mean `auto`?",
    'Emulator(v1="jsn")': "did you mean `json`?",
    'Emulator(accounts={"SG_1": {"plann": "free"}})': "did you mean `plan`?",
    'Emulator(plan="fre")': "did you mean `free`?",
    'Emulator().account(plann="free")': "did you mean `plan`?",
    "Emulator().account(5)": "the key of an account is 5",
    'Emulator().respx(using="httpcor")': "did you mean `httpcore`?",
    'Emulator().respx(using="httpx3")': "httpcore2, httpx2",
}


@pytest.mark.parametrize("code", MAKERS)
def test_what_cannot_be_made_is_told_the_same_way(code):
    """An emulator, an account of it, a router."""
    make = do(code, Emulator=Emulator)
    with pytest.raises(EmulatorError) as caught:
        make(None)
    assert MAKERS[code] in str(caught.value)
    assert len(list_visible_lines(caught)) == 2


def test_a_mistake_of_our_own_keeps_its_frames(monkeypatch):
    """Only what the user did is shown without them."""
    account = Emulator().account()
    monkeypatch.setattr(account, "_client", None)
    with pytest.raises(AttributeError) as caught:
        account.configure()
    assert len(list_visible_lines(caught)) > 1
