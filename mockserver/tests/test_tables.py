"""A test of many rows shows each of them, and names all that fail."""

import pytest

from mockserver.tests.tables import check_each, for_each

seen = []


@pytest.fixture
def base():
    """Return a fixture's value."""
    return 10


@for_each("row", [1, 2, 3])
def test_each_row_is_run_beside_the_fixtures(base, row):
    """In the order of the table."""
    seen.append(base + row)


def test_every_row_was_run():
    """Pytest knows of one test, which had them all."""
    test_each_row_is_run_beside_the_fixtures(base=20)
    assert seen[-3:] == [21, 22, 23]


def test_all_rows_that_fail_are_named_with_their_failures():
    """By an assertion, by an error or by pytest itself."""

    def check(row):
        if row == "c":
            pytest.fail("no good")
        assert row == "a", "not so"

    with pytest.raises(BaseExceptionGroup, match="2 of 3 rows") as raised:
        check_each(["a", "b", "c"], check)
    assert [each.__notes__ for each in raised.value.exceptions] == [["row: 'b'"], ["row: 'c'"]]
    assert [str(each).partition("\n")[0] for each in raised.value.exceptions] == [
        "not so",
        "no good",
    ]


def test_a_table_without_rows_is_a_mistake():
    """Nothing would be shown."""
    with pytest.raises(AssertionError, match="no rows"):
        check_each([], print)
