"""Outputs as the control plane lists them: every file, newest first, in pages."""

import pytest

from mockserver.base.clock import DAY, SECOND
from mockserver.base.errors import EmulatorError
from mockserver.base.ids import name_account
from mockserver.control import outputs, pages
from mockserver.control.jobs import JobChange
from mockserver.control.outputs import OutputFilter
from mockserver.media.artefacts import CONTENT_TYPES
from mockserver.tests.conftest import HOST, KEY, OTHER_KEY, PROMPT, Client
from mockserver.tests.control.conftest import count_steps

ORIGIN = f"http://{HOST}"
WEEK_S = 7 * DAY / SECOND
KEYS = [KEY, OTHER_KEY, "SG_aaaabbbbccccdddd"]
RUNS = [
    ("ideogram-3", PROMPT),
    ("sdxl1.0-txt2img", {"prompt": "Three boats", "samples": 3}),
    ("seedance-2.0", {"prompt": "A boat sails", "return_last_frame": True}),
    ("gpt-5.5", {"messages": [{"role": "user", "content": "A boat?"}]}),
]
"""One picture, several, a film with its last frame, and what is no file."""


def fill(client):
    """Have three accounts run all of these, some of which end at one instant."""
    for number in range(12):
        slug, body = RUNS[number % 4]
        ids = [client.submit(slug, body, key=key)["request_id"] for key in KEYS[: 1 + number % 3]]
        if number % 2:
            for request_id in ids:
                client.control.jobs.change(request_id, JobChange(state="COMPLETED"))
        else:
            client.advance(200)
    return client


@pytest.fixture(scope="module")
def filled():
    """A client of an emulator with outputs of several accounts."""
    return fill(Client())


def list_files(client, **wanted):
    """Return one page of files."""
    return client.control.outputs.list(OutputFilter(**wanted), ORIGIN)


def list_names(client, **wanted):
    """Return the names of one page."""
    return [row["name"] for row in list_files(client, **wanted)["outputs"]]


def read_names(client, **wanted):
    """Read a list page by page; return its names, and how many each page had."""
    found, sizes, after = [], [], ""
    while after is not None:
        page = list_files(client, after=after, **wanted)
        found += [row["name"] for row in page["outputs"]]
        sizes.append(len(page["outputs"]))
        after = page["next"]
    return found, sizes


# --- What is listed -------------------------------------------------------------------------


def test_a_file_is_listed_with_what_it_was_made_of(client):
    """Where it is, what it is, whose, of which request, and until when it is kept."""
    request_id = client.submit()["request_id"]
    client.advance(60)
    [row] = list_files(client)["outputs"]
    assert row == {
        "name": row["name"],
        "url": client.get(f"/v2/requests/{request_id}").json["output"],
        "content_type": "image/png",
        "request_id": request_id,
        "model": "ideogram-3",
        "api_key": "...cdef",
        "account": name_account(KEY),
        "created_utc": "2026-01-01T00:00:00.514500Z",
        "expires_utc": "2026-01-08T00:00:00.514500Z",
        "params": PROMPT,
    }
    assert row["url"] == f"{ORIGIN}/outputs/{row['name']}"


def test_every_file_of_a_run_is_listed_and_is_there(filled):
    """Each picture, a film and its last frame; of text there is no file."""
    rows = list_files(filled)["outputs"]
    by_model = {slug: [row for row in rows if row["model"] == slug] for slug, _ in RUNS}
    runs = [len({row["request_id"] for row in by_model[slug]}) for slug, _ in RUNS]
    assert runs == [6, 6, 6, 0]
    assert [len(by_model[slug]) for slug, _ in RUNS] == [6, 18, 12, 0]
    assert {row["content_type"] for row in by_model["seedance-2.0"]} == {"video/mp4", "image/png"}
    for row in rows:
        artefact = filled.control.outputs.find(row["name"])
        assert CONTENT_TYPES[artefact.format] == row["content_type"]


def test_the_newest_come_first_whoever_has_made_them(filled):
    """At one instant accounts have an order, and the files of a run that of their numbers."""
    rows = list_files(filled)["outputs"]
    times = [row["created_utc"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert len({row["account"] for row in rows}) == 3
    assert len(set(times)) < len({row["request_id"] for row in rows})
    three = [row["name"] for row in rows if row["model"] == "sdxl1.0-txt2img"][:3]
    assert [name[32:34] for name in three] == [".j", "-2", "-3"]


def test_no_key_is_shown(client):
    """Not in parameters either."""
    client.submit(body={"prompt": f"The key is {KEY}, not {OTHER_KEY}"})
    client.submit(key=OTHER_KEY)
    client.advance(60)
    shown = str(list_files(client))
    assert KEY not in shown
    assert OTHER_KEY not in shown


def test_long_parameters_are_shown_by_their_beginning(client):
    """As the run keeps them."""
    client.submit("ideogram-3", {"prompt": "a" * 10_000})
    client.advance(60)
    [row] = list_files(client)["outputs"]
    assert row["params"]["prompt"].startswith("a" * 1024 + "… (10000 characters")


# --- Which are listed ----------------------------------------------------------------------


def test_files_of_one_account_or_one_request_are_listed(filled):
    """Those of the other accounts and requests are left out."""
    rows = list_files(filled)["outputs"]
    for key in KEYS:
        own = [row["name"] for row in rows if row["account"] == name_account(key)]
        assert own
        assert list_names(filled, api_key=key) == own
    for row in rows:
        of_it = [each["name"] for each in rows if each["request_id"] == row["request_id"]]
        assert list_names(filled, request_id=row["request_id"].upper()) == of_it
    assert list_names(filled, request_id="0" * 32) == []
    foreign = next(row["request_id"] for row in rows if row["account"] == name_account(OTHER_KEY))
    assert list_names(filled, request_id=foreign, api_key=KEY) == []


def test_files_of_a_request_that_has_expired_are_found(client):
    """A run is gone after an hour, and its files after a week."""
    request_id = client.submit()["request_id"]
    client.advance(60)
    names = list_names(client, request_id=request_id)
    client.advance(3600)
    client.submit()
    client.advance(60)
    assert len(names) == 1
    assert list_names(client, request_id=request_id) == names
    assert len(list_names(client)) == 2


def test_files_leave_after_a_week_of_their_account_clock(client):
    """They are in no list then, and are not found."""
    client.submit()
    client.submit(key=OTHER_KEY)
    client.advance(60)
    old, other = list_names(client, api_key=KEY)[0], list_names(client, api_key=OTHER_KEY)[0]
    client.advance(WEEK_S, KEY)
    with pytest.raises(EmulatorError) as refusal:
        client.control.outputs.find(old)
    assert refusal.value.status == 404
    assert list_names(client) == [other]


def test_what_has_ended_meanwhile_is_listed(make_client):
    """Nobody need have asked for the run."""
    elapsed_us = [0]
    client = make_client(clock="real", monotonic=lambda: elapsed_us[0])
    client.submit()
    assert list_names(client) == []
    elapsed_us[0] = 60 * SECOND
    assert len(list_names(client)) == 1


# --- Pages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, *KEYS])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 1000])
def test_the_pages_of_files_are_the_whole(filled, limit, key):
    """Each file is on one page, in order, and every page but the last is full."""
    whole = list_names(filled, api_key=key)
    found, sizes = read_names(filled, limit=limit, api_key=key)
    assert found == whole
    assert len(set(found)) == len(found) > 3
    assert set(sizes[:-1]) <= {limit}


def test_the_files_of_a_request_come_in_pages_too(filled):
    """A page may end within a run."""
    rows = list_files(filled)["outputs"]
    request_id = next(row["request_id"] for row in rows if row["model"] == "sdxl1.0-txt2img")
    whole = list_names(filled, request_id=request_id)
    assert read_names(filled, limit=2, request_id=request_id) == (whole, [2, 1])


def test_a_page_of_files_ends_early_where_they_are_large(filled, monkeypatch):
    """The rest is on those that follow."""
    whole = list_names(filled)
    monkeypatch.setattr(pages, "MAX_PAGE_BYTES", 1)
    found, sizes = read_names(filled)
    assert found == whole
    assert len(sizes) > 5


def test_a_page_of_no_files_is_empty(filled):
    """`limit` 0 asks for none."""
    assert list_names(filled, limit=0) == []


@pytest.mark.parametrize("after", ["0" * 32 + ".png", "x", "../outputs"])
def test_a_file_that_is_not_there_is_no_place_to_go_on_from(filled, after):
    """Nor is a number that the run did not make."""
    with pytest.raises(EmulatorError) as refusal:
        list_files(filled, after=after)
    assert refusal.value.status == 404
    with pytest.raises(EmulatorError):
        list_files(filled, after=list_names(filled)[-1].replace(".", "-9."))


@pytest.mark.parametrize("ending", [".bmp", ".mp4", "-2.png", "-last.png", ""])
def test_what_a_run_did_not_make_is_not_found(client, ending):
    """A format of another medium, a further picture, a last frame of no film."""
    client.submit()
    client.advance(60)
    stem = list_names(client)[0].partition(".")[0]
    assert client.control.outputs.find(f"{stem}.webp").format == "webp"
    with pytest.raises(EmulatorError):
        client.control.outputs.find(stem + ending)


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("limit", [5, 1000])
def test_an_account_that_leaves_meanwhile_does_not_end_the_list(limit, step):
    """Its files are left out, and those of others make the page full."""
    client, done = fill(Client()), []

    def act():
        done.append(step)
        if len(done) == step:
            client.control.accounts.delete(OTHER_KEY)

    steps = client.control.outputs.list_in_steps(OutputFilter(limit=limit), ORIGIN)
    _, page = count_steps(steps, act)
    assert page == list_files(client, limit=limit)
    assert page["outputs"]


def test_a_page_looks_at_no_more_outputs_than_it_shows(monkeypatch):
    """However many there are, and in few holds of the lock."""
    client = Client(credits="10000")
    for _ in range(200):
        client.submit()
    client.advance(600)
    looked = []
    original = outputs.list_files
    monkeypatch.setattr(outputs, "list_files", lambda each: looked.append(each) or original(each))
    number, page = count_steps(client.control.outputs.list_in_steps(OutputFilter(limit=5), ORIGIN))
    assert (len(page["outputs"]), len(looked), number) == (5, 6, 3)


def test_many_accounts_and_outputs_are_looked_at_in_steps(client, monkeypatch):
    """No hold of the lock looks at all of them."""
    monkeypatch.setattr(outputs, "_AT_ONCE", 2)
    for number in range(5):
        client.submit(key=f"SG_{number:016x}")
    client.advance(60)
    number, page = count_steps(client.control.outputs.list_in_steps(OutputFilter(), ORIGIN))
    assert (len(page["outputs"]), number) == (5, 1 + 3 + 3)
