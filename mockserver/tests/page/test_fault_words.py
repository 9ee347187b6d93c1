"""How effects of faults are said in words."""

from __future__ import annotations

WORDS = {
    "adds the field region": {"extra_fields": {"region": "eu"}},
    "adds the fields region, zone": {"extra_fields": {"region": "eu", "zone": 1}},
    "leaves out the field metrics": {"drop_fields": "metrics"},
    "leaves out the fields metrics, status": {"drop_fields": ["metrics", "status"]},
    "adds the header x-a": {"extra_headers": {"x-a": "1"}},
}


def test_nouns_agree_with_how_many_they_are_about(run_module):
    """One field, or several."""
    script = "(m, effects) => effects.map(m.describeEffect)"
    assert run_module("common/fault_words", script, list(WORDS.values())) == list(WORDS)
