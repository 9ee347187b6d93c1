"""The look of a mock image: a flat scene with a caption card on it.

Everything is drawn as the numbers of palette entries; the palette is put on at the end.
"""

from PIL import Image, ImageDraw

from mockserver.media.card import Caption, Card, draw_card, draw_mark, lay_out
from mockserver.media.inset import draw_inset
from mockserver.media.palette import SKY, make_palette
from mockserver.media.scenes import SCENES, Stage
from mockserver.media.seeded_random import SeededRandom

__all__ = ["Caption", "draw"]


def draw(
    size_px: tuple[int, int], caption: Caption, digest: bytes, thumbnail: bytes = b""
) -> Image.Image:
    """Return a palette image of exactly the given width and height.

    The digest, 64 bytes, decides the colours and the scene.  The caption may hold any text and is
    shown as far as it fits, as is the thumbnail of a source.
    """
    random = SeededRandom(digest)
    colours = make_palette(random)
    scene = SCENES[random.draw_index(len(SCENES))]
    card = lay_out(size_px, caption)
    image = Image.new("L", size_px, SKY)
    canvas = ImageDraw.Draw(image)
    scene(canvas, _find_stage(size_px, card), random)
    draw_card(image, canvas, card)
    draw_mark(image, canvas, card)
    if thumbnail:
        colours += draw_inset(image, canvas, card, thumbnail)
    image.putpalette(colours)
    return image


def _find_stage(size_px: tuple[int, int], card: Card) -> Stage:
    """Return what the card leaves free: the part above it or, if larger, the part beside it."""
    width, height = size_px
    if not card.lines or width * card.top >= (width - card.right) * height:
        return Stage(0, width, max(1, card.top), width, height)
    return Stage(card.right, width, height, width, height)
