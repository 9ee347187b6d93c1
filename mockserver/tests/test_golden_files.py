"""The files of golden exchanges and input images: compared, and written where they differ."""

import msgspec
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mockserver import fixtures, golden_files

pytestmark = pytest.mark.usefixtures("made_once")
COMPLETED = "exchanges/ideogram-3/completed.json"


@pytest.fixture
def written(tmp_path):
    """A folder with every file, and what is in it."""
    assert golden_files.write(tmp_path) == len(golden_files.make_files())
    return tmp_path


def contents(folder):
    """Return what is in the files of a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_emulator_answers_as_the_golden_exchanges_say():
    """A change of behaviour shows here: look at it, then run `make fixtures`."""
    assert golden_files.differences() == []


def test_a_changed_missing_or_stray_file_is_named_and_made_good(written):
    """What differs is told by name, and written again; a stray file of somebody else is left."""
    (written / "exchanges" / "ideogram-3" / "queued.json").unlink()
    stray = written / "exchanges" / "ideogram-3" / "stray.json"
    stray.write_text("{}")
    changed = written / "exchanges" / "account" / "credits.json"
    changed.write_text(changed.read_text().replace("100.0", "99.0"))
    (written / "media" / "input.png").unlink()
    names = ["account/credits", "ideogram-3/queued", "ideogram-3/stray", "media/input.png"]
    assert golden_files.differences(written) == names
    assert golden_files.write(written) == 3
    assert golden_files.differences(written) == ["ideogram-3/stray"]


def test_an_exchange_that_is_no_more_is_deleted(written):
    """If it was written by segmock."""
    old = written / "exchanges" / "ideogram-3" / "old.json"
    old.write_bytes((written / COMPLETED).read_bytes())
    assert golden_files.write(written) == 0
    assert not old.exists()


def resave(path, change=lambda image: image, *, has_note=True, **options):
    """Save an image once more, changed, with its note or without."""
    with Image.open(path) as image:
        image.load()
        note = PngInfo()
        for key, text in image.info.items():
            note.add_itxt(key, str(text))
        notes = {"pnginfo": note} if image.format == "PNG" else {"exif": image.getexif()}
        change(image.convert("RGB")).save(path, **options, **(notes if has_note else {}))


def test_what_differs_by_the_imaging_library_alone_is_left_as_it_is(written):
    """What the check finds equal, writing leaves alone, to the byte."""
    before = contents(written)
    resave(written / "media" / "input.png", compress_level=0)
    resave(written / "media" / "input.jpg", quality=84)
    resave(written / "media" / "input.webp", lossless=True, method=1, quality=50)
    exchange = msgspec.json.decode((written / COMPLETED).read_bytes())
    exchange["response"]["body"]["images"][0]["file_size"] -= 1
    (written / COMPLETED).write_bytes(msgspec.json.encode(exchange))
    there = contents(written)
    assert len({path for path in before if before[path] != there[path]}) == 4
    assert golden_files.differences(written) == []
    assert golden_files.write(written) == 0
    assert contents(written) == there


def dot(image):
    """Change one pixel."""
    image.putpixel((5, 5), (1, 2, 3))
    return image


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: resave(path, dot, lossless=True),
        lambda path: resave(path, lambda image: image.resize((95, 64)), lossless=True),
        lambda path: resave(path, has_note=False, lossless=True),
        lambda path: path.write_bytes(b"a picture"),
    ],
    ids=["pixels", "size", "note", "no image"],
)
@pytest.mark.parametrize("name", ["png", "webp"])
def test_an_input_image_that_shows_something_else_is_written_anew(written, name, spoil):
    """Its pixels, its size and what is written into it count."""
    path = written / "media" / f"input.{name}"
    before = path.read_bytes()
    spoil(path)
    assert golden_files.differences(written) == [f"media/input.{name}"]
    assert golden_files.write(written) == 1
    assert path.read_bytes() == before


def test_a_size_in_bytes_is_not_compared():
    """The imaging library decides how many bytes an image takes; all else is compared."""
    exchange = fixtures.load("ideogram-3/completed")
    smaller = fixtures.load("ideogram-3/completed")
    smaller["response"]["body"]["images"][0]["file_size"] -= 1
    smaller["response"]["headers"]["content-length"] = "1"
    assert golden_files.comparable(exchange) == golden_files.comparable(smaller)
    smaller["response"]["headers"]["content-type"] = "text/plain"
    assert golden_files.comparable(exchange) != golden_files.comparable(smaller)
