"""When a recorded run says what, whenever it is asked."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.clock import HOUR, NEVER, SECOND
from mockserver.facts.observed import Body, Observed
from mockserver.replay.recorded import ENDED, Recorded
from mockserver.replay.runs import RecordedRun, RunAnswer

ORDER = {"QUEUED": 0, "PROCESSING": 1, "COMPLETED": 2, "FAILED": 2}


def make_answer(number: int, state: str | None, status: int = 200) -> Recorded:
    """Return an answer of this state, or an error of this status."""
    body = {"status": state, "request_id": "0" * 32} if state else {"error": "none"}
    exchange = Observed(
        number=number,
        sent_s=0,
        method="GET",
        url="https://api.segmind.com/",
        status=status,
        body=Body.of(msgspec.json.encode(body)),
    )
    return Recorded(place=f"a.jsonl:{number}", sent_at=0, answered_at=0, exchange=exchange)


def make_run(*told: tuple[float, str, str | int]) -> RecordedRun:
    """Return a run of which was told so many seconds after its submission, on a route."""
    answers = []
    for number, (at, route, said) in enumerate(told, start=2):
        state, status = (said, 200) if isinstance(said, str) else (None, said)
        answers.append(RunAnswer(round(at * SECOND), route, make_answer(number, state, status)))
    return RecordedRun("0" * 32, make_answer(1, "QUEUED"), tuple(answers))


def ask(run: RecordedRun, route: str, at_s: float) -> RunAnswer | None:
    """Ask as a gateway does: the run's own times say what its state is."""
    at, times = round(at_s * SECOND), run.times
    state = "QUEUED" if at < times.started_at else "PROCESSING"
    return run.find_answer(route, at, times.ends if at >= times.finished_at else state)


def test_the_answer_is_the_latest_recorded_one_until_then():
    """Before the first it is the first one, after the last the last."""
    run = make_run((1, "status", "QUEUED"), (3, "status", "PROCESSING"), (5, "status", "COMPLETED"))
    asked = [ask(run, "status", at).recorded.exchange.number for at in (0, 1, 2.9, 3, 4.9, 5, 99)]
    assert asked == [2, 2, 2, 3, 3, 4, 4]


def test_nothing_ends_before_it_was_seen_to_have_ended():
    """A client that slept before its only poll is not told the end at once."""
    run = make_run((10, "status", "COMPLETED"))
    assert ask(run, "status", 9.9) is None
    assert ask(run, "status", 10).state == "COMPLETED"


def test_a_result_that_was_asked_for_late_is_there_as_soon_as_the_run_has_ended():
    """Its pending answer counts while the run was seen to be pending."""
    run = make_run(
        (1, "result", "PROCESSING"), (5, "status", "COMPLETED"), (9, "result", "COMPLETED")
    )
    assert ask(run, "result", 4.9).state == "PROCESSING"
    assert ask(run, "result", 5).state == "COMPLETED"


def test_the_two_routes_that_are_answered_alike_stand_in_for_each_other():
    """The status has words of its own."""
    run = make_run((1, "poll", "QUEUED"), (5, "poll", "COMPLETED"))
    assert ask(run, "result", 6).route == "poll"
    assert ask(run, "status", 6) is None


def test_what_is_there_no_more_is_so_from_the_recorded_instant_on():
    """What was recorded counts before the hour of the register."""
    run = make_run((5, "status", "COMPLETED"), (3700, "status", 404))
    assert run.times.expires_at == 3700 * SECOND
    assert run.find_gone("status").exchange.status == 404
    assert run.find_gone("result") is None
    assert ask(run, "status", 3699).state == "COMPLETED"


@pytest.mark.parametrize(("last_s", "expires_at"), [(5, HOUR), (7200, 7200 * SECOND + 1)])
def test_else_it_is_forgotten_after_an_hour_or_once_it_was_last_seen(last_s, expires_at):
    """One that was seen after two hours was kept so long."""
    run = make_run((5, "status", "COMPLETED"), (last_s, "status", "COMPLETED"))
    assert run.times.expires_at == expires_at


def test_a_run_that_was_never_seen_to_end_never_does():
    """No end is made up."""
    assert make_run((1, "status", "PROCESSING")).times.finished_at == NEVER


def test_a_404_before_the_first_result_is_not_the_end_of_it():
    """It is what that route said until then."""
    run = make_run((1, "result", 404), (5, "status", "COMPLETED"), (6, "result", "COMPLETED"))
    assert run.gone == ()
    assert ask(run, "result", 2).recorded.exchange.status == 404
    assert ask(run, "result", 5).state == "COMPLETED"


def test_a_fault_on_the_way_is_met_once_in_its_turn():
    """Who polls more often is not refused more often."""
    run = make_run((1, "status", "QUEUED"), (2, "status", 503), (3, "status", "COMPLETED"))
    assert run.find_interruption("status", SECOND, set()) is None
    met = run.find_interruption("status", 2 * SECOND, set())
    assert met.exchange.status == 503
    assert run.find_interruption("status", 9 * SECOND, {met.place}) is None
    assert run.find_interruption("result", 9 * SECOND, set()) is None


routes = st.sampled_from(["status", "result", "poll"])


@st.composite
def polled_runs(draw: st.DrawFn) -> RecordedRun:
    """Draw a run as a gateway tells of it: its states go forward, at any times and routes."""
    states = draw(st.lists(st.sampled_from(["QUEUED", "PROCESSING"]), max_size=6))
    states = [*sorted(states, reverse=True), draw(st.sampled_from(ENDED))]
    times = sorted(draw(st.lists(st.floats(0, 600), min_size=len(states), max_size=len(states))))
    return make_run(*((at, draw(routes), each) for at, each in zip(times, states, strict=True)))


@given(run=polled_runs(), polls=st.lists(st.floats(0, 700), max_size=20).map(sorted), route=routes)
def test_states_never_go_back_and_the_last_is_reached(run, polls, route):
    """Whenever it is asked, and on whichever route."""
    told = [answer.state for at in polls if (answer := ask(run, route, at))]
    assert [ORDER[each] for each in told] == sorted(ORDER[each] for each in told)
    last = run.answers[-1]
    assert ask(run, last.route, 701).state == last.state


@given(run=polled_runs(), at=st.floats(0, 700), route=routes)
def test_no_end_is_told_earlier_than_it_was_seen(run, at, route):
    """Not by any route."""
    answer = ask(run, route, at)
    if answer is not None and answer.state in ENDED:
        assert at * SECOND >= run.answers[-1].at - 1
