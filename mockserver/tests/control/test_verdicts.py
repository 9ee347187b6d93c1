"""Verdicts: where a page of them begins."""

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.control.pages import VerdictFilter


@pytest.mark.parametrize("after", ["x", "-1", "1" * 5000, "1.5", "\u0661"])
def test_a_count_of_verdicts_that_is_none_is_refused(filled, after):
    """What no page has named is a mistake."""
    with pytest.raises(EmulatorError):
        filled.verdicts.show(VerdictFilter(after=after))
