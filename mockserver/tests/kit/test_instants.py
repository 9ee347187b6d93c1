"""Instants as the kit has a gateway spell them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from client_tests.cases.model import ResetForm
from client_tests.running.instants import spell_instant

MOMENT = datetime(2031, 2, 3, 4, 5, 6, 789012, UTC)
FORMS = {
    "milliseconds": "2031-02-03T04:05:06.789Z",
    "seconds": "2031-02-03T04:05:07Z",
    "microseconds": "2031-02-03T04:05:06.789012Z",
    "nanoseconds": "2031-02-03T04:05:06.789012000Z",
    "+00:00": "2031-02-03T04:05:06.789+00:00",
    "+05:30": "2031-02-03T09:35:06.789+05:30",
}


@pytest.mark.parametrize("form", get_args(ResetForm))
def test_an_instant_has_many_spellings(form):
    """Each of them is read back as the same instant, to the precision that it has."""
    spelled = spell_instant(MOMENT, form)
    assert spelled == FORMS[form]
    assert abs(datetime.fromisoformat(spelled) - MOMENT) < timedelta(seconds=1)


def test_a_whole_second_is_not_rounded_up():
    """Nothing has to be added to it."""
    assert spell_instant(MOMENT.replace(microsecond=0), "seconds") == "2031-02-03T04:05:06Z"
