"""The exchanges of a test are numbered within it, timed from its first, and folded."""

import pytest

from mockserver.control.trail import Trail


def make_exchange(seq, at_utc="2026-01-01T00:00:00.000000Z", **changes):
    """Return an exchange as the control plane shows it."""
    return {
        "seq": seq,
        "at_utc": at_utc,
        "method": "GET",
        "path": f"/v2/requests/{'0123456789abcdef' * 2}/status",
        "route": "status",
        "status": 200,
        "delivery": "intact",
        "response": {"headers": {}, "body": {"status": "PROCESSING"}},
        **changes,
    }


def squeeze(lines):
    """Return lines with single blanks."""
    return [" ".join(line.split()) for line in lines]


def test_numbers_and_times_begin_with_the_test():
    """Whatever number an exchange has in the journal, and whatever the account's clock shows."""
    trail = Trail(
        [
            make_exchange(41, "2026-01-01T00:59:59.500000Z"),
            make_exchange(77, "2026-01-01T01:00:00.750000Z", status=503),
        ]
    )
    assert squeeze(trail.render()) == [
        "#1 0 ms GET /v2/requests/0123456789abcdef0123456789abcdef/status → 200 PROCESSING",
        "#2 1250 ms GET /v2/requests/0123456789abcdef0123456789abcdef/status → 503 PROCESSING",
    ]


def test_what_could_not_be_kept_is_counted():
    """The first that is shown is not the first of the test."""
    [line] = squeeze(Trail([make_exchange(2_041)], dropped=40).render())
    assert line.startswith("#41 0 ms ")


def test_a_test_that_asked_nothing_has_no_lines():
    """Nor has one of which nothing was chosen."""
    assert Trail([]).render() == Trail([]).render_few() == Trail([]).render_chosen([]) == []


def test_repetitions_are_folded_and_what_broke_a_rule_is_marked():
    """Marks tell apart what is otherwise alike; chosen exchanges need none."""
    trail = Trail([make_exchange(seq) for seq in range(1, 21)], marked=range(11, 21))
    lines = squeeze(trail.render())
    assert [line.partition(" 0 ms")[0] for line in lines] == [
        "#1",
        "… 8 more like it, until",
        "#10",
        "> #11",
        "… 8 more like it, until",
        "> #20",
    ]
    chosen = squeeze(trail.render_chosen([1, 12, 99]))
    assert [line.partition(" 0 ms")[0] for line in chosen] == [
        "#1",
        "#12",
        "… and 1 no longer in the journal",
    ]


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ({"fault-7": {"do": {"status": 503, "body": "html"}}}, "fault-7: status 503 html"),
        ({"fault-7": {"do": [{"status": 503}, None]}}, "fault-7"),
        ({}, "fault-7"),
    ],
    ids=["one effect", "several", "disarmed"],
)
def test_a_fault_is_told_with_what_it_does(faults, words):
    """Where it is still armed, and does one thing."""
    lines = Trail([make_exchange(1, fault_id="fault-7")], faults=faults).render()
    assert squeeze(lines)[1] == f"^ fault: {words}"


def test_a_connection_that_a_fault_has_cut_is_told_so():
    """Where nothing was answered, and why."""
    cut = {"fault-7": {"do": {"reset": True}}}
    lost = make_exchange(1, fault_id="fault-7", status=None, delivery="lost")
    assert squeeze(Trail([lost], faults=cut).render())[0].endswith("→ no answer: reset")
    assert squeeze(Trail([lost]).render())[0].endswith("→ no answer: lost")
