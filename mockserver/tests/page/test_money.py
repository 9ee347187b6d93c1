"""Amounts of money are decimal texts, to the last digit."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

amounts = st.decimals(min_value=0, max_value=10**12, places=None, allow_nan=False).map(
    lambda amount: f"{amount:f}"
)


@pytest.fixture(scope="module")
def money(browser, make_module_server):
    """The module, in a browser: `money("addMoney", ["1", "2"])`."""
    page = browser.new_page()
    page.goto(f"{make_module_server.url}/_mock/")
    call = "async ([name, given]) => (await import('/_mock/page/base/money.mjs'))[name](given)"
    yield lambda name, given: page.evaluate(call, [name, given])
    page.close()


@pytest.fixture(scope="module")
def make_module_server():
    """A server for all tests of the file."""
    from mockserver.tests.page.servers import serve_page

    with serve_page() as server:
        yield server


few = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


@few
@given(amount=amounts)
def test_an_amount_is_read_as_it_was_written(money, amount):
    """Idle zeros aside."""
    read = money("parseMoney", f'{{"credits": {amount}, "other": 1.5, "held": null}}')
    assert Decimal(read["credits"]) == Decimal(amount)
    assert (read["other"], read["held"]) == (1.5, None)


@few
@given(several=st.lists(amounts, max_size=20))
def test_a_sum_is_that_of_the_decimals(money, several):
    """However many digits they have."""
    from decimal import localcontext

    with localcontext(prec=500):
        assert Decimal(money("addMoney", several)) == sum(map(Decimal, several), Decimal(0))


@few
@given(amount=amounts)
def test_an_amount_is_sent_as_it_was_written(money, amount):
    """As a number where JSON's readers keep all of it, else as a text."""
    sent = json.dumps(money("encodeMoney", amount))
    assert Decimal(json.loads(sent, parse_float=str, parse_int=str)) == Decimal(amount)


@pytest.mark.parametrize("text", ["0", "12", "0.075", "000.10"])
def test_an_amount_has_digits(money, text):
    """With a point, or without."""
    assert money("isMoney", text)


@pytest.mark.parametrize("text", ["", "-1", "1.", ".5", "1e3", "$1", "1,5", " 1", "Infinity"])
def test_what_is_no_amount(money, text):
    """Whatever else there is in it."""
    assert not money("isMoney", text)
