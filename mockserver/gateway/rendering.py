"""Files that an answer needs: kept, rendered now, or rendered where that holds up nobody.

To render a file can take longer than a hundred answers. An edge that can do it while the emulator
is not locked says so, and is asked to (`Wait.artefact`); the answer is then made once more.
"""

from __future__ import annotations

from mockserver.base.wire import Wait
from mockserver.gateway.context import Context, Services
from mockserver.media.artefacts import Artefact


class NotRenderedError(Exception):
    """A file has to be rendered by the edge before the request can be answered."""

    def __init__(self, artefact: Artefact) -> None:
        super().__init__("a file is not rendered yet")
        self.artefact = artefact


def render_file(services: Services, context: Context, artefact: Artefact) -> bytes:
    """Return the bytes of a file that a request is about.

    Raises:
        NotRenderedError: its edge renders files itself, and this one is not there.
        ValueError: there can be no such file.
    """
    if context.files is None:
        return services.images.get(artefact)
    found = context.files.get(artefact) or services.images.find(artefact)
    if found is None:
        raise NotRenderedError(artefact)
    return found


def take_file(services: Services, wait: Wait, file: bytes | None) -> None:
    """Take what an edge has rendered; where it could not, the gateway finds out why by itself."""
    context: Context = wait.context
    if file is None:
        context.files = None
    else:
        kept = services.images.keep(wait.artefact, file)
        context.files = {**(context.files or {}), wait.artefact: kept}
