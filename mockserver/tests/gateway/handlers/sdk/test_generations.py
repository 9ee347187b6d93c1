"""What an account has run, as lists, as history and one by one."""

from datetime import date, timedelta
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.control.jobs import JobChange
from mockserver.gateway.handlers.sdk import generations
from mockserver.tests.conftest import HOST, KEY, OTHER_KEY, Client

LIST, RECENT = "/inference-request/generations", "/inference-request/recent-generations"
HISTORY, WHO = "/inference-request/request-history", "/api/auth/authenticate"
DAY = 86_400
START = date(2026, 1, 1)
SLUGS = ["ideogram-3", "ideogram-2a-txt-2-img", "mock-inference"]


def render_day(offset):
    """Return a day as the queries have it; day 0 is when a frozen clock starts."""
    return str(START + timedelta(days=offset))


def get_rows(client, path=HISTORY, **options):
    """Return the rows of a list."""
    answer = client.get(path, **options)
    assert answer.status == 200, answer.body
    return next(iter(answer.json.values()))


@pytest.fixture(scope="module")
def lived() -> Client:
    """A client whose account ran something on each of forty days, now and then in vain."""
    client = Client()
    for number in range(40):
        prompt = "mock:fail=no ink" if number % 4 == 3 else f"Day {number}"
        client.submit(SLUGS[number % 3], {"prompt": prompt})
        client.advance(DAY)
    return client


@pytest.mark.parametrize("path", [HISTORY, LIST, f"{RECENT}?model_name={SLUGS[0]}"])
def test_no_parameters_are_read_but_those_on_the_page(lived, monkeypatch, path):
    """A list costs what its page shows, however long the parameters of the other requests are."""
    payloads = [job.payload for job in lived.store.remembered_jobs_of(KEY)]
    read = []

    def noted(encoded, **options):
        read.append(bytes(encoded))
        return msgspec.json.decode(encoded, **options)

    noticing = SimpleNamespace(json=SimpleNamespace(decode=noted), Raw=msgspec.Raw)
    monkeypatch.setattr(generations, "msgspec", noticing)
    rows = get_rows(lived, path)
    assert len(read) == (0 if path == HISTORY else len(rows))
    assert set(read) < set(payloads)


@pytest.mark.fact("N12")
def test_what_has_an_output_is_listed_newest_first(lived):
    """Failed runs and text have no output; each row has what the SDK reads, and its URL works."""
    first = lived.get(LIST).json
    assert first["pagination"] == {"page": 1, "per_page": 20, "total": 20, "total_pages": 1}
    rows = first["generations"]
    assert [row["created_at"] for row in rows] == sorted(
        (row["created_at"] for row in rows), reverse=True
    )
    assert {row["status"] for row in rows} == {"COMPLETED"}
    assert {row["model_name"] for row in rows} == set(SLUGS[:2])
    newest = rows[0]
    assert newest["parameters"] == {"prompt": newest["prompt"]}
    assert newest["generation_url"].startswith(f"http://{HOST}/outputs/")
    assert newest["latency_ms"] > 0
    assert newest["credits_deduction"] in {0.075, 0.05}
    assert lived.get(newest["generation_url"], key=None).status == 200


@pytest.mark.fact("N12")
def test_the_list_narrows_by_model_and_days(lived):
    """Model, first and last day narrow the list, each by itself; a page beyond is empty."""
    only = get_rows(lived, f"{LIST}?model_name=ideogram-3")
    assert {row["model_name"] for row in only} == {"ideogram-3"}
    late = get_rows(lived, f"{LIST}?start_date={render_day(30)}")
    early = get_rows(lived, f"{LIST}?end_date={render_day(29)}")
    assert len(late) + len(early) == 20
    assert min(row["created_at"] for row in late) >= render_day(30)
    assert get_rows(lived, f"{LIST}?page=2") == []
    who = lived.get(WHO).json["user_id"]
    assert len(get_rows(lived, f"{LIST}?user_id={who.upper()}")) == 20


@pytest.mark.fact("N12")
def test_recent_ones_are_of_one_model(lived):
    """The newest outputs of a model are listed; without a model it is 400."""
    rows = get_rows(lived, f"{RECENT}?model_name=ideogram-3")
    assert rows == get_rows(lived, f"{LIST}?model_name=ideogram-3")
    assert get_rows(lived, f"{RECENT}?model_name=ideogram") == []
    assert "model_name" in lived.get(RECENT).json["error_description"]


@pytest.mark.fact("N13")
def test_the_history_is_of_seven_days_unless_told(lived):
    """Without days it begins seven days ago and ends today; a day asked for is included."""
    assert [row["model_created"][:10] for row in get_rows(lived)] == [
        render_day(offset) for offset in range(39, 32, -1)
    ]
    exact = get_rows(lived, f"{HISTORY}?from_date={render_day(5)}&to_date={render_day(6)}")
    assert [row["model_created"][:10] for row in exact] == [render_day(6), render_day(5)]
    until = get_rows(lived, f"{HISTORY}?to_date={render_day(10)}")
    assert [row["model_created"][:10] for row in until][-1] == render_day(3)


@pytest.mark.fact("N13")
@settings(max_examples=60)
@given(
    page=st.integers(1, 5),
    per_page=st.integers(1, 100),
    status=st.sampled_from([None, "COMPLETED", "FAILED", "PENDING"]),
    name=st.sampled_from([None, "ideogram", "3", "mock-inference", "z"]),
    sort_by=st.sampled_from([None, "model_created", "model_name", "credits_deduction"]),
    order=st.sampled_from([None, "asc", "desc"]),
)
def test_pages_of_the_history_are_the_sorted_rest(
    lived, page, per_page, status, name, sort_by, order
):
    """Whatever is asked for, a page is a slice of all that match, in the order asked for."""
    span = f"from_date={render_day(9)}&to_date={render_day(40)}"
    everything = get_rows(lived, f"{HISTORY}?{span}&per_page=100")
    asked = {"status": status, "model_name": name, "sort_by": sort_by, "sort_order": order}
    query = "&".join(f"{key}={value}" for key, value in asked.items() if value)
    answer = lived.get(f"{HISTORY}?{span}&page={page}&per_page={per_page}&{query}").json
    matching = [
        row
        for row in everything
        if status in {None, row["model_status"]} and (name or "") in row["model_name"]
    ]
    if order == "asc":
        matching.reverse()
    matching.sort(key=lambda row: row[sort_by or "model_created"], reverse=order != "asc")
    assert answer["requests"] == matching[(page - 1) * per_page : page * per_page]
    paging = answer["pagination"]
    assert (paging["page"], paging["per_page"], paging["total"]) == (page, per_page, len(matching))
    assert paging["total_pages"] * per_page >= len(matching)


@pytest.mark.fact("N13")
def test_the_history_has_failed_and_pending_requests(client):
    """Each state has its row: what failed cost nothing and says why, what is pending has no end."""
    done = client.submit()["request_id"]
    failed = client.submit(body={"prompt": "mock:fail=no ink"})["request_id"]
    stalled = client.submit(body={"prompt": "mock:stall"})["request_id"]
    client.advance(60)
    rows = {row["request_id"]: row for row in get_rows(client)}
    assert [rows[each]["model_status"] for each in (done, failed, stalled)] == [
        "COMPLETED",
        "FAILED",
        "PENDING",
    ]
    assert rows[done]["credits_deduction"] == 0.075
    assert rows[failed]["credits_deduction"] == 0
    assert (rows[failed]["error"], rows[failed]["generation_url"]) == ("no ink", None)
    assert rows[stalled]["latency_ms"] is None
    assert "error" not in rows[done]
    client.advance(3600)
    lost = client.get(f"{HISTORY}/{stalled}").json
    assert lost["model_status"] == "FAILED"
    assert "expired" in lost["error"]


@pytest.mark.fact("N12", "N13", "O2b")
def test_a_run_with_several_outputs_has_a_row_for_each(client):
    """Each row has the whole deduction and its own file; one that failed has one row."""
    asked = {"prompt": "A fox", "samples": 3, "img_width": 512, "img_height": 512}
    client.submit("sdxl1.0-txt2img", {**asked, "prompt": "mock:fail=no ink"})
    done = client.submit("sdxl1.0-txt2img", asked)
    client.advance(60)
    result = client.get(done["response_url"]).json
    images = result["images"]
    for path, rest in ((HISTORY, 1), (LIST, 0)):
        rows = get_rows(client, path)
        assert [row["request_id"] for row in rows[:3]] == [done["request_id"]] * 3
        assert {row["generation_url"] for row in rows[:3]} == {each["url"] for each in images}
        assert {row["credits_deduction"] for row in rows[:3]} == {result["metrics"]["cost"]}
        assert len(rows) == 3 + rest
    assert client.get(f"{HISTORY}/{done['request_id']}").json["generation_url"] == images[0]["url"]


@pytest.mark.fact("N13")
def test_a_request_that_was_made_to_expire_has_failed(client):
    """One that is gone before its end counts as failed, even after it would have ended."""
    gone = client.submit()["request_id"]
    client.control.jobs.change(gone, JobChange(expire=True))
    client.advance(60)
    assert client.get(f"{HISTORY}/{gone}").json["model_status"] == "FAILED"
    assert client.account()["credits"] == 100


@pytest.mark.fact("N13")
@pytest.mark.parametrize(
    ("path", "words"),
    [
        (f"{HISTORY}?page=0", "from 1"),
        (f"{HISTORY}?page=x", "'page' is \"x\""),
        (f"{HISTORY}?page=99999999999999999999", "from 1"),
        (f"{HISTORY}?per_page=101", "from 1 to 100"),
        (f"{HISTORY}?from_date=20260101", "YYYY-MM-DD"),
        (f"{HISTORY}?to_date=2026-02-30", "YYYY-MM-DD"),
        (f"{HISTORY}?from_date=2026-01-02&to_date=2026-01-01", "earlier day"),
        (f"{HISTORY}?from_date=2025-11-30&to_date=2026-01-01", "32 days"),
        (f"{HISTORY}?status=DONE", "COMPLETED"),
        (f"{HISTORY}?sort_by=cost", "model_created"),
        (f"{HISTORY}?sort_order=up", "asc"),
        (f"{HISTORY}?user_id=a&user_email=b", "one of them"),
        (f"{LIST}?page=-1", "from 1"),
        (f"{LIST}?start_date=yesterday", "YYYY-MM-DD"),
        (f"{LIST}?start_date=2026-01-02&end_date=2026-01-01", "earlier day"),
    ],
)
def test_a_query_that_cannot_be_is_400_in_words(client, path, words):
    """The message says what came and what was expected."""
    answer = client.get(path)
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")
    assert words in answer.json["error_description"]


@pytest.mark.fact("N13")
def test_thirty_one_days_are_allowed(client):
    """The widest window is 31 days from end to end."""
    assert get_rows(client, f"{HISTORY}?from_date=2025-12-01&to_date=2026-01-01") == []


@pytest.mark.fact("N13")
def test_nobody_sees_another_users_requests(client):
    """One's own id and address are fine, any other is 403."""
    me, other = (client.get(WHO, key=key).json for key in (KEY, OTHER_KEY))
    for path in (LIST, HISTORY):
        assert client.get(f"{path}?user_id={me['user_id']}").status == 200
        answer = client.get(f"{path}?user_id={other['user_id']}")
        assert (answer.status, answer.json["error"]) == (403, "access_denied")
    assert client.get(f"{HISTORY}?user_email={me['email']}").status == 200
    assert client.get(f"{HISTORY}?user_email={other['email']}").status == 403


@pytest.mark.fact("N14")
def test_a_request_of_any_age_is_found_by_its_own_account_alone(lived):
    """The first request is still there after forty days; another account's is 404."""
    oldest = get_rows(lived, f"{HISTORY}?from_date={render_day(0)}&to_date={render_day(0)}")[0]
    assert lived.get(f"{HISTORY}/{oldest['request_id']}").json == oldest
    for path, key in ((oldest["request_id"], OTHER_KEY), ("0" * 32, KEY)):
        answer = lived.get(f"{HISTORY}/{path}", key=key)
        assert (answer.status, answer.json["error"]) == (404, "not_found")


def test_a_blocking_run_and_a_workflow_are_in_the_history_too(client):
    """Whatever ran has its row, under the model's slug or the workflow's id."""
    client.post("/v1/ideogram-3")
    client.post("/workflows/flow-1", {"prompt": "A kite"})
    client.advance(60)
    names = [row["model_name"] for row in get_rows(client)]
    assert names == ["flow-1", "ideogram-3"]
    assert [row["prompt"] for row in get_rows(client, LIST)] == [
        "A kite",
        "A paper boat in a puddle",
    ]
