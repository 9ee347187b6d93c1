"""Lines of text look as the font draws their words."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from mockserver.media.lettering import draw_line, measure_width

sizes = st.integers(9, 89)


def draw_plain(words: list[tuple[int, str]], size: int) -> Image.Image:
    """Return words, each with its distance from the left, as the imaging library draws them."""
    image = Image.new("L", (1_500, 200))
    draw = ImageDraw.Draw(image)
    for left, word in words:
        draw.text((100 + left, 50), word, fill=255, font=ImageFont.load_default(size=size))
    return image


def draw(line: str, size: int, inks: tuple[int, int] = (255, 0)) -> Image.Image:
    """Return a line on paper of the second ink."""
    image = Image.new("L", (1_500, 200), inks[1])
    draw_line(image, (100, 50), line, size, inks)
    return image


@settings(deadline=None, max_examples=60)
@given(number=st.integers(0, 2**63), size=sizes)
@example(number=1_117_741_117, size=9)
def test_a_number_is_as_wide_as_its_digits(number: int, size: int) -> None:
    """It is drawn digit by digit, and has the pixels and width of the whole."""
    width = ImageFont.load_default(size=size).getlength(str(number))
    assert measure_width(str(number), size) == width
    assert draw(str(number), size).tobytes() == draw_plain([(0, str(number))], size).tobytes()


@settings(deadline=None, max_examples=60)
@given(
    words=st.lists(st.text("aAfgjÆØ|[§∫_'123", min_size=1, max_size=4), min_size=1, max_size=4),
    size=sizes,
)
def test_a_line_is_its_words_beside_each_other(words: list[str], size: int) -> None:
    """Each word is where those before it end, whatever reaches beyond its own width."""
    line = " ".join(words)
    placed = [
        (measure_width(f"{' '.join(words[:n])} .", size) - measure_width(".", size), word)
        for n, word in enumerate(words[1:], start=1)
    ]
    assert draw(line, size).tobytes() == draw_plain([(0, words[0]), *placed], size).tobytes()


def test_a_line_is_kept_for_its_size_and_inks() -> None:
    """The same words in another size, ink or on other paper are another picture."""
    shown = {
        draw("Six lanterns", size, inks).tobytes()
        for size in (20, 21)
        for inks in ((15, 8), (13, 8), (8, 15))
        for _ in range(2)
    }
    assert len(shown) == 6
