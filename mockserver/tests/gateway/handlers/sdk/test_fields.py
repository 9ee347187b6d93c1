"""Query, form and JSON are read as one set of fields, and refused in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.bounds import MAX_FORM_BYTES, MAX_PAIRS
from mockserver.contract.catalogue import Catalogue
from mockserver.tests.conftest import Client

DETAILS = "/finetune/request/details"
FORM = {"content-type": "application/x-www-form-urlencoded"}
ROWS = [row for row in Catalogue().routes if row.facts[0].startswith("N")]
hostile = Client()


@pytest.mark.fact("N17")
def test_a_field_can_come_in_any_way(client):
    """The id of a fine-tune is read from a JSON body, a form and the query alike."""
    [tune] = client.get("/finetune/request/list").json
    wanted = tune["finetune_id"]
    answers = [
        client.ask("GET", DETAILS, {"request_id": wanted}),
        client.ask("GET", DETAILS, f"request_id={wanted}".encode(), headers=FORM),
        client.get(f"{DETAILS}?request_id={wanted}"),
    ]
    assert [answer.json for answer in answers] == [{"finetune": tune}] * 3


@pytest.mark.fact("N20")
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "cannot be read"),
        (b"[]", "an array"),
        ({}, "missing"),
        ({"request_id": ""}, "missing"),
        ({"request_id": 7}, "is 7"),
        ({"request_id": ["x" * 100]}, "…"),
    ],
)
def test_a_body_that_cannot_be_is_400_in_words(client, body, words):
    """What is wrong with a body is said in the console's envelope."""
    answer = client.ask("GET", DETAILS, body)
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")
    assert words in answer.json["error_description"]


def test_a_body_over_the_limit_is_413():
    """A body over --max-body-mib is refused in the console's envelope."""
    client = Client(max_body_mib=1)
    answer = client.ask("GET", DETAILS, b"x" * (1024 * 1024 + 1))
    assert (answer.status, answer.json["status_code"]) == (413, 413)


@pytest.mark.fact("E2b", "N20")
@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"body": b"a&" * MAX_PAIRS + b"a"}, f"The form has {MAX_PAIRS + 1:,} fields; "),
        ({"body": b"a" * (MAX_FORM_BYTES + 1)}, f"The form has {MAX_FORM_BYTES + 1:,} bytes; "),
        ({"query": "a&" * MAX_PAIRS}, f"The query has {MAX_PAIRS + 1:,} fields; "),
    ],
)
def test_more_fields_than_are_read_are_refused(client, sent, words):
    """A form or query of too many pairs, or a form too long, is refused before it is split."""
    path = f"{DETAILS}?{sent.get('query', '')}"
    answer = client.ask("GET", path, sent.get("body"), headers=FORM)
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")
    assert answer.json["error_description"].startswith(words)


@pytest.mark.fact("N17")
def test_as_many_fields_as_are_read_are_read(client):
    """At the limits themselves a form is read like any other."""
    [tune] = client.get("/finetune/request/list").json
    body = b"a&" * (MAX_PAIRS - 2) + f"request_id={tune['finetune_id']}&b=".encode()
    body += b"c" * (MAX_FORM_BYTES - len(body))
    assert client.ask("GET", DETAILS, body, headers=FORM).json == {"finetune": tune}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
NAMES = [
    "data_urls", "webhook_url", "event", "webhook_id", "request_id", "name", "page", "per_page",
    "from_date", "to_date", "start_date", "status", "sort_by", "user_id", "segmind_public",
    "cloud_storage_url", "model_name",
]  # fmt: skip


@given(
    row=st.sampled_from(ROWS),
    fields=st.dictionaries(st.sampled_from(NAMES), values, max_size=4),
    query=st.dictionaries(
        st.sampled_from(NAMES), st.text("0123456789-abc%&=", max_size=12), max_size=4
    ),
    subject=st.text("abc.-%é", min_size=1, max_size=8),
)
def test_nothing_that_is_sent_makes_a_route_stumble(row, fields, query, subject):
    """Whatever a route is sent, its answer is below 500 and as its contract says."""
    head, _, tail = row.path.partition("{")
    path = head + (subject + tail.partition("}")[2] if tail else "")
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    assert hostile.ask(row.methods[0], f"{path}?{asked}", fields).status < 500
    assert hostile.ask(row.methods[0], f"{path}?{asked}", b"\xff{", headers=FORM).status < 500
