"""Uploads, and the files that come of them."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.bounds import MAX_DATA_URLS
from mockserver.gateway.handlers.sdk import files
from mockserver.state import uploads
from mockserver.tests.conftest import HOST, KEY, OTHER_KEY, Client

UPLOAD = "/upload-asset"
PNG = b"\x89PNG\r\n\x1a\n"

shared = Client()


def make_data_url(body=PNG, media="image/png"):
    """Return a data URL."""
    return f"data:{media};base64,{b64encode(body).decode()}"


def upload(client, *urls, **options):
    """Upload data URLs that must be taken; return the paths of the files."""
    answer = client.post(UPLOAD, {"data_urls": list(urls)}, **options)
    assert answer.status == 200, answer.body
    assert answer.json["urls"] == answer.json["file_urls"]
    assert answer.json["message"]
    return [url.removeprefix(f"http://{HOST}") for url in answer.json["urls"]]


@pytest.mark.fact("N1", "N2")
@given(
    st.lists(
        st.tuples(
            st.binary(min_size=1, max_size=60),
            st.sampled_from(["image/png", "video/mp4", "text/plain;charset=utf-8", "a/b"]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_what_was_uploaded_comes_back_unchanged(bodies):
    """Each file is at its own URL, in its order, with its bytes and its type, for anybody."""
    paths = upload(shared, *(make_data_url(body, media) for body, media in bodies))
    assert len(set(paths)) == len(bodies)
    for path, (body, media) in zip(paths, bodies, strict=True):
        answer = shared.get(path, key=None)
        assert (answer.body, answer.headers["content-type"]) == (body, media)
        assert shared.ask("HEAD", path, key=None).status == 200


@pytest.mark.fact("N2")
def test_an_uploaded_page_may_do_nothing(client):
    """A file is served in a sandbox: a page that was uploaded has no rights at this address."""
    [path] = upload(client, make_data_url(b"<script>", "text/html"))
    assert client.get(path).headers["content-security-policy"] == "sandbox"


@pytest.mark.fact("N1")
def test_a_files_url_is_where_outputs_would_be(client):
    """On the vendor's host it is on the vendor's image host, else on the request's own."""
    [path] = upload(client, make_data_url(), headers={"host": "workflows-api.segmind.com"})
    assert path.startswith("http://images.segmind.com/assets/")
    assert path.endswith(".png")


@pytest.mark.fact("N2")
def test_ids_are_repeatable_and_tell_accounts_apart():
    """The same seed gives the same URLs, another key others, and a second upload another."""
    first, again = (upload(Client(), make_data_url()) for _ in range(2))
    assert first == again
    assert upload(Client(), make_data_url(), key=OTHER_KEY) != first
    client = Client()
    assert upload(client, make_data_url()) != upload(client, make_data_url())


@pytest.mark.fact("N1")
def test_an_uploaded_image_can_be_redrawn(client):
    """A model that takes an image takes the URL of an upload."""
    url = client.post(UPLOAD, {"data_urls": [make_data_url()]}).json["file_urls"][0]
    body = {"prompt": "A boat", "image_file": url}
    assert client.post("/v1/ideogram-turbo-img-2-img", body).status == 200


@pytest.mark.fact("N3")
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "missing"),
        ({"data_urls": []}, "[]"),
        ({"data_urls": make_data_url()}, "send a list"),
        ({"data_urls": [make_data_url(), 7]}, "data_urls[1]"),
        ({"data_urls": ["https://example.com/a.png"]}, "data_urls[0]"),
        ({"data_urls": ["data:image/png,abc"]}, "data_urls[0]"),
        ({"data_urls": ["data:image/png;base64,ab_c"]}, "base64"),
        ({"data_urls": ["data:image/png;base64,abc"]}, "base64"),
        ({"data_urls": ["data:image/png;base64,é"]}, "base64"),
        ({"data_urls": ["data:image/png;base64,"]}, "empty"),
        ({"data_urls": [make_data_url()] * (MAX_DATA_URLS + 1)}, "1,001 files; send at most 1,000"),
        ({"data_urls": [make_data_url(media="a/b" + ";c=d" * 5)]}, "data_urls[0]"),
        ({"data_urls": ["data:image/p\r\nx: y;base64,aGk="]}, "data_urls[0]"),
        (b"{", "JSON"),
    ],
)
def test_an_upload_that_cannot_be_is_400_in_words(client, body, words):
    """What is wrong is said with the entry's number, and nothing is kept of the others."""
    answer = client.post(UPLOAD, body)
    assert answer.status == 400
    assert words in answer.error
    assert client.store.uploads == {}


@pytest.mark.fact("N3")
def test_an_upload_that_is_too_large_is_413(monkeypatch):
    """Over the limit of bodies, or over what an account may keep, nothing is kept."""
    client = Client(max_body_mib=1)
    assert client.post(UPLOAD, b"x" * (1024 * 1024 + 1)).status == 413
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    assert (
        client.post(
            UPLOAD, {"data_urls": [make_data_url(bytes(6)), make_data_url(bytes(5))]}
        ).status
        == 413
    )
    assert client.store.uploads == {}
    assert client.post(UPLOAD, b"x", headers={"content-type": "text/plain"}).status == 406


@pytest.mark.fact("N2")
def test_the_oldest_files_of_an_account_leave_first(client, monkeypatch):
    """A full shelf makes room, for its own account alone; what left is 404."""
    monkeypatch.setattr(uploads, "MAX_BYTES", 10)
    [other] = upload(client, make_data_url(bytes(9)), key=OTHER_KEY)
    first, second = upload(client, make_data_url(bytes(6)), make_data_url(bytes(4)))
    [third] = upload(client, make_data_url(bytes(5)))
    assert [client.get(path).status for path in (first, second, third, other)] == [
        404,
        200,
        200,
        200,
    ]


@pytest.mark.fact("N2")
def test_files_go_with_their_account(client):
    """A reset of the account, or of everything, takes its files along."""
    [path] = upload(client, make_data_url())
    [other] = upload(client, make_data_url(), key=OTHER_KEY)
    client.control.accounts.delete(KEY)
    assert [client.get(each, key=None).status for each in (path, other)] == [404, 200]
    client.store.reset()
    assert client.get(other, key=None).status == 404


def test_a_file_that_is_not_there_is_404(client):
    """An unknown file is 404 in the ordinary envelope."""
    assert client.get("/assets/abc.png").error == "File not found"


def test_a_download_belongs_to_the_journal_of_its_owner(client):
    """A download without a key is in the owner's journal; one with a key in that account's."""
    [path] = upload(client, make_data_url())
    client.get(path, key=None)
    client.get("/assets/nothing.png", key=None)
    routes = [exchange.route for exchange in client.store.records[KEY].journal]
    assert routes == ["files-upload", "asset"]
    client.account(OTHER_KEY)
    client.get(path, key=OTHER_KEY)
    assert [exchange.route for exchange in client.store.records[OTHER_KEY].journal] == ["asset"]


def test_a_long_upload_is_cut_in_the_journal(client):
    """Of a large upload the journal keeps 64 KiB and says so."""
    upload(client, make_data_url(bytes(100_000)))
    from mockserver.control.journal import JournalFilter

    [exchange] = client.control.journal.show(JournalFilter())["requests"]
    assert exchange["request"]["body"]["truncated"] is True
