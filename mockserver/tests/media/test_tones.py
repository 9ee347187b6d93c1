"""A mock piece of music is a real WAV file, the same for the same request."""

import wave
from array import array
from io import BytesIO
from types import SimpleNamespace

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.media.tones import RATE_HZ, Tune, render_tune


def tune_of(**changes):
    """Return a piece, changed in this."""
    fields = {"model": "lyria-2", "params": b'{"prompt":"A waltz"}', "seed": 7, "duration_s": 1}
    return Tune(**{**fields, **changes})


def samples_of(file):
    """Return the samples of a WAV file, as the standard library reads them."""
    with wave.open(BytesIO(file)) as opened:
        assert (opened.getnchannels(), opened.getsampwidth()) == (1, 2)
        assert opened.getframerate() == RATE_HZ
        return array("h", opened.readframes(opened.getnframes()))


@pytest.mark.no_cover
@settings(max_examples=20)
@given(st.floats(0.001, 3), st.integers(0, 2**31))
def test_any_piece_can_be_played(duration_s, seed):
    """A piece of any length has as many samples as that takes."""
    file = render_tune(tune_of(duration_s=duration_s, seed=seed))
    assert len(samples_of(file)) == round(duration_s * RATE_HZ)
    assert int.from_bytes(file[4:8], "little") == len(file) - 8


def test_a_piece_can_be_heard():
    """It is neither silent nor too loud, and each note begins and ends softly."""
    samples = samples_of(render_tune(tune_of(duration_s=4)))
    note = RATE_HZ // 4
    for start in range(0, len(samples), note):
        heard = samples[start : start + note]
        assert 5_000 < max(map(abs, heard)) < 2**15
        assert max(map(abs, heard[:4])) < 500
        assert max(map(abs, heard[-4:])) < 500


def test_the_comment_says_what_was_asked():
    """Another reader finds model, seed and parameters."""
    with av.open(BytesIO(render_tune(tune_of()))) as container:
        comment = container.metadata["comment"]
    assert comment == '{"model":"lyria-2","seed":7,"params":{"prompt":"A waltz"}}'


def test_the_same_piece_is_the_same_file_and_another_is_another():
    """The bytes depend on model, parameters and seed, and on nothing else."""
    file = render_tune(tune_of())
    assert render_tune(tune_of()) == file
    for change in ({"model": "m"}, {"seed": 8}, {"params": b"{}"}, {"duration_s": 2}):
        assert samples_of(render_tune(tune_of(**change))) != samples_of(file)


def test_samples_are_little_endian_on_any_machine(monkeypatch):
    """On a machine that counts from the other end, the bytes are turned."""
    ordinary = samples_of(render_tune(tune_of()))
    monkeypatch.setattr("mockserver.media.tones.sys", SimpleNamespace(byteorder="big"))
    turned = samples_of(render_tune(tune_of()))
    turned.byteswap()
    assert turned == ordinary


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"duration_s": 0}, "duration_s"),
        ({"duration_s": 1e9}, "duration_s"),
        ({"params": b"[]"}, "JSON object"),
    ],
)
def test_a_piece_that_cannot_be_is_refused(change, words):
    """What is wrong is told before anything is composed."""
    with pytest.raises(ValueError, match=words):
        render_tune(tune_of(**change))
