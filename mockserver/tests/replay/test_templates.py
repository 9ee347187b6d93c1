"""Where ids, hosts and addresses of files stand in what was answered."""

from __future__ import annotations

import pytest

from mockserver.replay.templates import TemplateMaker, fill

ID = "9a16578b283a8c718a5fbb1ecad0e611"
DASHED = "9a16578b-283a-8c71-8a5f-bb1ecad0e611"
FRESH = "4815132a3bff17bc17d4ccd81e55b51e"
FRESH_DASHED = "4815132a-3bff-17bc-17d4-ccd81e55b51e"
PICTURE = "https://cdn.example/a/b.png?X-Sig=s&e=1"


class Filling:
    """Fills every gap with the same."""

    origin = "http://127.0.0.1:9"

    def find_id(self, _spelled: str) -> str:
        """Return the id."""
        return FRESH

    def find_file(self, _url: str) -> str:
        """Return the address."""
        return "http://127.0.0.1:9/outputs/1.png"


def play(text: str, *, is_file=lambda _url: False) -> str:
    """Return a text in which the gaps are filled."""
    maker = TemplateMaker({ID, "req_77"}, {"api.segmind.com"}, {PICTURE})
    return fill(maker.make(text, is_file), Filling())


@pytest.mark.parametrize(
    ("recorded", "replayed"),
    [
        (f'"{ID}"', f'"{FRESH}"'),
        (f'"{DASHED}"', f'"{FRESH_DASHED}"'),
        (DASHED.upper(), FRESH_DASHED.upper()),
        (f"no request {ID}.", f"no request {FRESH}."),
        (f"file_{ID}", f"file_{FRESH}"),
        ("request req_77 is gone", f"request {FRESH} is gone"),
        (f"https://api.segmind.com/v2/requests/{ID}", f"http://127.0.0.1:9/v2/requests/{FRESH}"),
        (
            rf"https:\/\/API.segmind.com\/v2\/requests\/{ID}\/status",
            rf"http:\/\/127.0.0.1:9\/v2\/requests\/{FRESH}\/status",
        ),
        (f'{{"url":"{PICTURE}"}}', '{"url":"http://127.0.0.1:9/outputs/1.png"}'),
        (
            r'{"url":"https:\/\/cdn.example\/a\/b.png?X-Sig=s\u0026e=1"}',
            r'{"url":"http:\/\/127.0.0.1:9\/outputs\/1.png"}',
        ),
        (f"See {PICTURE}.", "See http://127.0.0.1:9/outputs/1.png."),
        ("https://images.segmind.com/outputs/x.webp", "http://127.0.0.1:9/outputs/1.png"),
    ],
)
def test_what_stands_for_something_of_the_recording_is_replaced(recorded, replayed):
    """In the spelling that was recorded."""
    assert play(recorded) == replayed


@pytest.mark.parametrize(
    "text",
    [
        "0" * 32,
        "https://docs.segmind.com/x",
        "http://example.com/cat.png",
        "A prompt, é \\u00e9",
        "",
    ],
)
def test_everything_else_stays_byte_for_byte(text):
    """Other ids and hosts are not the recording's."""
    assert play(text) == text


def test_a_file_on_another_host_is_told_by_whose_answer_it_is_in():
    """Nothing in its address says so."""
    url = "https://bucket.example/unknown.png"
    assert play(url, is_file=lambda found: found == url) == "http://127.0.0.1:9/outputs/1.png"
