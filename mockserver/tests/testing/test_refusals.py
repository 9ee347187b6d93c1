"""From where the vendor was called, told by the line of the user's code."""

from __future__ import annotations

import asyncio
import unittest
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import aiohttp
import httpx
import pytest
import requests
import trio
import uvloop

from mockserver.testing import RefusedHostError, guard
from mockserver.testing.expectations import heed_expectations

URL = "https://api.segmind.com/"
HERE = __file__.rpartition("/")[2]


def swallow(call, *arguments):
    """Call, and take no notice of what is refused."""
    with suppress(RefusedHostError):
        call(*arguments)


def fetch():
    """Call the vendor."""
    requests.get(URL, timeout=600)


async def await_httpx():
    """Call the vendor from a coroutine."""
    async with httpx.AsyncClient() as client:
        await client.get(URL)


async def await_aiohttp():
    """Call the vendor from a coroutine, where a task of the library's resolves."""
    async with aiohttp.ClientSession() as session:
        await session.get(URL)


def fetch_in_pool():
    """Call the vendor from a pool of threads, and ask for the result."""
    with ThreadPoolExecutor() as pool:
        pool.submit(fetch).result()


def swallow_in_pool():
    """Call the vendor from a pool of threads, and never ask what came of it."""
    with ThreadPoolExecutor() as pool:
        pool.submit(fetch)


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (fetch, "fetch: requests.get(URL, timeout=600)"),
        (lambda: asyncio.run(await_httpx()), "await_httpx: await client.get(URL)"),
        (lambda: uvloop.run(await_httpx()), "await_httpx: await client.get(URL)"),
        (lambda: trio.run(await_httpx), "await_httpx: await client.get(URL)"),
        (lambda: asyncio.run(await_aiohttp()), "await_aiohttp: await session.get(URL)"),
        (lambda: uvloop.run(await_aiohttp()), "await_aiohttp: await session.get(URL)"),
        (fetch_in_pool, "fetch: requests.get(URL, timeout=600)"),
        (swallow_in_pool, "fetch: requests.get(URL, timeout=600)"),
    ],
)
def test_the_line_is_the_one_of_the_user_that_is_nearest(call, line):
    """Also where another thread, or a task of a library's, does the work."""
    with guard() as entered:
        swallow(call)
    assert entered.refusals.render().startswith("  api.segmind.com from mockserver/tests/testing/")
    assert entered.refusals.render().endswith(f" in {line}")


def test_refusals_of_one_line_are_told_once():
    """With how many there were, and how many more are not kept."""
    with guard() as entered:
        for _ in range(3):
            swallow(fetch)
        assert entered.refusals.render().count("\n") == 0
        assert entered.refusals.render().endswith("(3 times)")
        for _ in range(100):
            swallow(fetch)
    assert entered.refusals.total == 103
    assert entered.refusals.render().endswith("(100 times)\n  … and 3 more")


@pytest.mark.parametrize("call", [fetch, lambda: raise_group(fetch), lambda: raise_wrapped(fetch)])
def test_what_a_test_ended_with_is_not_told_again(call):
    """Nor what that was made of: a cause, a context or a member of a group."""
    with guard() as entered, pytest.raises((RefusedHostError, ExceptionGroup, KeyError)) as caught:
        call()
    for error, _ in entered.refusals._kept:
        error.is_expected = False
    assert entered.refusals.render(caught.value) == ""
    assert entered.refusals.render(KeyError()) == entered.refusals.render() != ""
    entered.refusals.clear()
    assert (entered.refusals.total, entered.refusals.render()) == (0, "")


def test_what_a_test_says_it_expects_is_no_complaint():
    """By `pytest.raises`, in a group too, or by `assertRaises`; what it catches itself is."""
    heed_expectations()
    heed_expectations()
    expect = unittest.TestCase().assertRaises
    with guard() as entered:
        with pytest.raises(RefusedHostError):
            fetch()
        with pytest.raises(ExceptionGroup):
            raise_group(fetch, fetch)
        with expect(RefusedHostError):
            fetch()
        expect(RefusedHostError, fetch)
        assert (entered.refusals.total, entered.refusals.find_complaints()) == (5, [])
        swallow(fetch)
        with pytest.raises(KeyError):
            raise_wrapped(fetch)
    [complaint] = entered.refusals.find_complaints()
    assert complaint.startswith("segmock: the client tried to reach the vendor, and went on ")
    assert complaint.count("  api.segmind.com from ") == 1
    assert "(2 times)" in complaint
    for part in ("segmock_respx", "--no-segmock-guard", "pytest.raises("):
        assert part in complaint


def raise_group(*calls):
    """Make calls, and raise what they raised together."""
    errors = []
    for call in calls:
        try:
            call()
        except RefusedHostError as error:
            errors.append(error)
    raise ExceptionGroup("all of them", errors)


def raise_wrapped(call):
    """Make a call as a client does that has an error of its own for whatever goes wrong."""
    try:
        call()
    except RefusedHostError as error:
        raise KeyError from error
