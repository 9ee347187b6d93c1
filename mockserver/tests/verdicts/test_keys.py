"""A key belongs in one place, and where none is needed in none."""

import pytest

from mockserver.tests.verdicts.stories import (
    KEY,
    OUTPUT,
    POLL,
    RESULT,
    STATUS,
    ask,
    find_offences,
    get,
    post,
)


@pytest.mark.fact("A1")
@pytest.mark.parametrize("name", ["api_key", "apikey", "api-key", "X-API-Key", "key", "token"])
def test_a_key_in_a_query_is_found_by_its_name(name):
    """A parameter that is called like a key is one, on any route."""
    story = [get(f"{STATUS}?{name}=a"), post(), ask("GET", f"/x?a=1&{name}=b", key=None)]
    assert find_offences("key-in-query", *story) == (1, 3)


@pytest.mark.fact("A1")
def test_a_key_in_a_query_is_found_by_its_value():
    """This account's key is one under any name, also where no header has it."""
    story = [get(), ask("GET", f"{OUTPUT}?a={KEY}", key=None)]
    assert find_offences("key-in-query", *story) == (2,)
    assert find_offences("key-in-query", get(f"{STATUS}?a=b&key=&tokens=c&d")) == ()


@pytest.mark.fact("A4")
def test_a_key_as_bearer_does_not_open_inference():
    """A Bearer token on a run counts, beside the right header too, and on a poll not."""
    bearer = {"authorization": f"bearer {KEY}"}
    story = [post(sent=bearer, key=None), post("/v1/a", sent=bearer), get(sent=bearer)]
    assert find_offences("key-as-bearer", *story) == (1, 2)
    assert find_offences("key-as-bearer", post(sent={"authorization": "Basic a"})) == ()


@pytest.mark.fact("R7")
def test_a_download_takes_no_key():
    """Either header with a key counts on an output, and on an output only."""
    bearer = {"authorization": f"Bearer {KEY}"}
    story = [ask("GET", OUTPUT), ask("HEAD", OUTPUT, key=None, sent=bearer)]
    assert find_offences("key-to-output", *story, ask("GET", OUTPUT, key=None), get()) == (1, 2)


@pytest.mark.fact("A1", "A2")
def test_a_call_without_any_key_is_always_refused():
    """No key counts where one is needed: on runs, polls and credits."""
    paths = ["/v1/a", "/v2/a", STATUS, RESULT, POLL, "/v1/get-user-credits"]
    assert find_offences("no-key", *(ask("GET", path, key=None) for path in paths)) == (
        1,
        2,
        3,
        4,
        5,
        6,
    )


@pytest.mark.fact("A2", "R7")
def test_a_key_in_the_wrong_place_is_another_matter():
    """A key as Bearer or in the query is misplaced, not missing; some routes need none."""
    story = [
        post(key=None, sent={"authorization": f"Bearer {KEY}"}),
        post(f"/v2/a?api_key={KEY}", key=None),
        ask("GET", OUTPUT, key=None),
        ask("GET", "/favicon.ico", key=None),
        get(),
    ]
    assert find_offences("no-key", *story) == ()
