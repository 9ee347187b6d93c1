"""What the causes of violations say of a scene: what came last, and what was done then."""

from __future__ import annotations

from client_tests.judging.scene import Scene, is_end
from client_tests.judging.trace import POLLS

_ROUTES = {
    "submit": "submit", "sync": "blocking run", "output": "download",
    "credits": "call for the credits", "status": "poll", "result": "result", "poll": "poll",
}  # fmt: skip


def describe_route(scene: Scene) -> str:
    """Return what was asked last."""
    route = scene.last.route if scene.last else ""
    return _ROUTES.get(route, route)


def describe_last(scene: Scene) -> str:
    """Return what the client was given last, in a few words."""
    last = scene.last
    if last is None:
        return "asking nothing"
    if last.delivery != "intact":
        what = "no whole answer"
    elif scene.state is not None:
        what = scene.state if not scene.is_in_an_unknown_state else "an unknown state"
    elif last.status == 200:
        what = "a 200" if isinstance(last.body, dict) else "a 200 that is no JSON object"
    else:
        what = f"a {last.status}"
    return f"{what} on a {describe_route(scene)}"


def describe_resubmission(scene: Scene) -> str:
    """Return what came before the first run too many."""
    asked = [each for each in scene.trace.exchanges if each.route in POLLS or each.is_run]
    at = [number for number, each in enumerate(asked) if each.is_run]
    first = at[scene.runs_asked_for]
    if first == 0:
        return "being asked for none"
    before = asked[first - 1]
    if before.route in POLLS:
        return "its job had ended" if is_end(before) else "a poll went wrong or took too long"
    if before.delivery != "intact":
        return "an answer was lost"
    return "it was accepted" if before.status == 200 else f"a {before.status}"


def describe_raised(scene: Scene) -> str:
    """Return what the client raised, and when."""
    where = (
        f"at the answer to a {describe_route(scene)}" if scene.last else "before it asks anything"
    )
    return f"{scene.raised} {where}"
