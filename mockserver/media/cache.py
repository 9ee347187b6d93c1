"""Rendered artefacts, kept so that asking twice costs once."""

from collections import OrderedDict

from mockserver.media.artefacts import Artefact, render

__all__ = ["RenderCache"]


class RenderCache:
    """The bytes of recently used artefacts, bounded by their total size.

    When there is no room, those that were not used for longest leave first.  A cache is
    for one thread.
    """

    def __init__(self, max_bytes: int = 32 * 1024 * 1024) -> None:
        """Start empty, to keep at most ``max_bytes`` bytes."""
        self._max_bytes = max_bytes
        self._total_bytes = 0
        self._images: OrderedDict[Artefact, bytes] = OrderedDict()

    @property
    def total_bytes(self) -> int:
        """The size of all that is kept, in bytes, parameters included."""
        return self._total_bytes

    def find(self, picture: Artefact) -> bytes | None:
        """Return the artefact's bytes if they are kept."""
        image = self._images.get(picture)
        if image is not None:
            self._images.move_to_end(picture)
        return image

    def get(self, picture: Artefact) -> bytes:
        """Return the artefact's bytes, rendered now unless they are kept.

        Raises ValueError where ``render`` does.
        """
        image = self.find(picture)
        return self.keep(picture, render(picture)) if image is None else image

    def keep(self, picture: Artefact, image: bytes) -> bytes:
        """Keep an artefact's bytes, unless they are larger than all of the cache; return them."""
        if picture not in self._images and _measure(picture, image) <= self._max_bytes:
            self._put(picture, image)
        return image

    def _put(self, picture: Artefact, image: bytes) -> None:
        self._images[picture] = image
        self._total_bytes += _measure(picture, image)
        while self._total_bytes > self._max_bytes:
            self._total_bytes -= _measure(*self._images.popitem(last=False))


def _measure(picture: Artefact, image: bytes) -> int:
    """Return what it takes to keep a file and the parameters by which it is found."""
    return len(image) + len(picture.params)
