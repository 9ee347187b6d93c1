"""Rows of a page's table: default, values, and numbers that run together."""

import pytest

from mockserver.importing.page_rows import UNSTATED, PageParameter, settle_row


def make_row(**said):
    """Return a row of a number."""
    return PageParameter(
        **{"name": "n", "is_required": False, "type": "integer", "line": 0, **said}
    )


def settle(bare=(), sent=(), type_="integer", **said):
    """Return default, values, and whether they are sure."""
    row = settle_row(make_row(type=type_, bare=list(bare), **said), sent)
    return row.default, row.values, row.is_parted_surely


@pytest.mark.parametrize(
    ("said", "sent", "settled"),
    [
        ({"values": [468], "default": 8}, [], (8, [4, 6, 8], True)),
        ({"values": [2430], "default": None}, [], (None, [24, 30], False)),
        ({"values": [2430]}, ["24"], (UNSTATED, [24, 30], True)),
        ({"bare": [None, 468]}, [6], (None, [4, 6, 8], True)),
        ({"bare": [8468]}, [8], (8, [4, 6, 8], False)),
        ({"bare": [8468]}, [], (8468, [], True)),
        ({"bare": [50]}, [65], (50, [], True)),
        ({"values": [4, 6, 8]}, [], (UNSTATED, [4, 6, 8], True)),
        ({"values": [1024], "default": 1024}, [], (1024, [1024], True)),
        ({"values": [-5]}, [True, None], (UNSTATED, [-5], True)),
        ({"values": [468], "type_": "string"}, [], (UNSTATED, [468], True)),
    ],
)
def test_numbers_that_run_together_are_parted(said, sent, settled):
    """What samples send, and the default, are among them; if another way is left, it is a guess."""
    assert settle(sent=sent, **said) == settled


def test_what_was_parted_is_kept():
    """For whoever tells it."""
    row = settle_row(make_row(values=[468]), [])
    assert row.run_together == "468"
    row = settle_row(make_row(values=[5]), [])
    assert row.run_together == ""
