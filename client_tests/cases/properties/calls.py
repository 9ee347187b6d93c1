"""Cases of keys, of downloads, and of anything at all."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from client_tests.cases import strategies as some
from client_tests.cases.model import Case, Effect, Expect
from client_tests.cases.properties.common import TIMEOUT_S, VERIFIED


def key() -> SearchStrategy[Case]:
    """Return cases of several calls, each with the key or without it."""
    opaque = Effect(route="submit", ordinal=0, do={"opaque_urls": True})

    def make_case(ops: list[str], behaviour: some.Behaviour, *, is_opaque: bool) -> Case:
        runs = sum(op in {"run", "run_sync"} for op in ops)
        expect = Expect(outcomes=("completed",), charges=(runs,), submits=(runs,))
        operations = [some.ask(op, timeout_s=TIMEOUT_S) for op in ops]
        has_run = "run" in ops
        start = (opaque,) if is_opaque and has_run else ()
        return some.case(operations, (*start, *behaviour) if has_run else (), expect=expect)

    ops = st.lists(
        st.sampled_from(["run", "run_sync", "credits", "download"]), min_size=1, max_size=2
    )
    return st.builds(make_case, ops, some.poll_faults(most=2), is_opaque=st.booleans())


def downloads() -> SearchStrategy[Case]:
    """Return cases of a download."""
    right = Expect(outcomes=("completed",))

    def make_case(injection: some.Injection | None, prompt: str) -> Case:
        operation = some.ask("download", params={"prompt": prompt, "resolution": "512x1536"})
        is_harmless = injection is None or {"delay_s", "drip"} & injection[0].keys()
        behaviour = some.place("output", [injection])
        return some.case([operation], behaviour, expect=right if is_harmless else Expect())

    kinds: list[SearchStrategy[some.Injection | None]] = [
        st.none(), some.delays(), some.lost_answers(), some.server_errors(),
        some.refusals("output"),
    ]  # fmt: skip
    prompts = some.texts(min_size=1, max_size=20).filter(lambda text: not text.startswith("mock:"))
    return st.builds(make_case, st.one_of(kinds), prompts)


def anything() -> SearchStrategy[Case]:
    """Return any case at all."""
    return some.cases(level=VERIFIED)
