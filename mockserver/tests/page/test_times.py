"""How instants and durations of virtual time read."""

from __future__ import annotations

from mockserver.tests.tables import check_each

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000

DURATIONS = [
    (0, "0 s"),
    (0.5, "0.5 ms"),
    (340, "340 ms"),
    (999.6, "1 s"),
    (13_060, "13.06 s"),
    (59_990, "59.99 s"),
    (59_996, "1 min"),
    (125 * SECOND, "2 min 5 s"),
    (59 * MINUTE, "59 min"),
    (HOUR - 1, "1 h"),
    (200 * MINUTE, "3 h 20 min"),
    (92 * HOUR, "3 d 20 h"),
    (-125 * SECOND, "\N{MINUS SIGN}2 min 5 s"),
]


def test_a_duration_reads_as_people_say_it(run_module):
    """In its largest unit and the next, rounded to what matters."""

    def check(row):
        length, words = row
        assert run_module("base/times", "(m, length) => m.renderDuration(length)", length) == words

    check_each(DURATIONS, check)


def test_an_instant_is_read_to_the_microsecond_and_written_to_the_millisecond(run_module):
    """What the control plane spells comes back, cut and not rounded."""
    script = "(m, text) => { const at = m.parseInstant(text); return [at, m.renderInstant(at)]; }"
    at, shown = run_module("base/times", script, "2026-01-01T00:00:13.060999Z")
    assert (round(at * 1000), shown) == (1_767_225_613_060_999, "2026-01-01 00:00:13.060")
    assert run_module("base/times", script, "9000-01-01T00:59:59Z")[1] == "9000-01-01 00:59:59.000"
