"""The render cache gives the bytes of ``render`` and stays within its bound."""

import pytest

from mockserver.media import Picture, RenderCache, cache, render

PARAMS = b'{"prompt":"A cat"}'
SIZE = 100 + len(PARAMS)
"""What a picture of `rendered` takes, with the parameters by which it is found."""


def picture_of(seed: int, side_px: int = 16) -> Picture:
    """Return one of many small pictures."""
    return Picture(
        model="ideogram-v3",
        params=PARAMS,
        seed=seed,
        width_px=side_px,
        height_px=side_px,
        format="png",
    )


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Replace rendering by 100 bytes for each picture; return the list of seeds rendered."""
    seeds: list[int] = []

    def fake_render(picture: Picture) -> bytes:
        seeds.append(picture.seed)
        return bytes([picture.seed]) * 100

    monkeypatch.setattr(cache, "render", fake_render)
    return seeds


def test_the_bytes_are_those_of_render() -> None:
    """A picture has the same bytes from the cache, at first and again, as without it."""
    images = RenderCache()
    assert images.get(picture_of(1)) == images.get(picture_of(1)) == render(picture_of(1))


def test_a_picture_is_rendered_once(rendered: list[int]) -> None:
    """An equal picture is not rendered a second time."""
    images = RenderCache()
    assert images.get(picture_of(1)) is images.get(picture_of(1))
    assert rendered == [1]


def test_the_least_recently_used_picture_leaves_first(rendered: list[int]) -> None:
    """When the bound is reached, using a picture again has kept it in."""
    images = RenderCache(max_bytes=2 * SIZE)
    for seed in (1, 2, 1, 3, 1, 2):
        images.get(picture_of(seed))
    assert rendered == [1, 2, 3, 2]


def test_total_bytes_counts_what_is_kept(rendered: list[int]) -> None:
    """The total grows with each picture kept and never passes the bound."""
    images = RenderCache(max_bytes=2 * SIZE + 50)
    totals = []
    for seed in (1, 1, 2, 3):
        images.get(picture_of(seed))
        totals.append(images.total_bytes)
    assert totals == [SIZE, SIZE, 2 * SIZE, 2 * SIZE]
    assert rendered == [1, 2, 3]


def test_a_picture_larger_than_the_bound_is_not_kept(rendered: list[int]) -> None:
    """Such a picture is returned, rendered anew each time, and pushes no other one out."""
    images = RenderCache(max_bytes=99)
    assert images.get(picture_of(1)) == images.get(picture_of(1)) == b"\x01" * 100
    assert rendered == [1, 1]
    assert images.total_bytes == 0


def test_a_picture_that_cannot_be_rendered_is_not_kept() -> None:
    """The error of render reaches the caller and leaves the cache as it was."""
    images = RenderCache()
    with pytest.raises(ValueError, match="width_px"):
        images.get(picture_of(1, side_px=0))
    assert images.total_bytes == 0
