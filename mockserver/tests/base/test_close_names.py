"""A name that is not known is held against those that are."""

import pytest

from mockserver.base.close_names import find_close, render_hint

FIELDS = ["plan", "credits", "requests_per_minute", "status"]


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("plann", FIELDS, "plan"),
        ("Credits", FIELDS, "credits"),
        ("requestsPerMinute", FIELDS, "requests_per_minute"),
        ("statuss", FIELDS, "status"),
        ("ideogram3", ["ideogram-3", "ideogram-2a-txt-2-img"], "ideogram-3"),
        ("frozenn", ["real", "frozen", "auto"], "frozen"),
        ("colour", FIELDS, None),
        ("", FIELDS, None),
        ("plan", [], None),
        ("plan" * 1000, ["plan" * 1000 + "s"], None),
    ],
)
def test_the_name_that_is_most_like_it_was_meant(name, known, meant):
    """Slips, case and hyphens are forgiven; what is like nothing, or endless, means nothing."""
    assert find_close(name, known) == meant


def test_a_hint_says_what_was_meant_and_what_there_is():
    """The list alone where nothing is close."""
    assert render_hint("plann", ["plan", "status"], "fields") == (
        "did you mean `plan`? fields: plan, status"
    )
    assert render_hint("colour", ["plan", "status"], "fields") == "fields: plan, status"
