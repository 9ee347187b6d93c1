"""What a run was made of, as a thumbnail: of a picture in its body, or of a file of our own."""

from __future__ import annotations

from typing import Any

from mockserver.base.content_types import parse_content_type
from mockserver.base.wire import Request
from mockserver.contract.models import Model
from mockserver.gateway.context import Context, Services
from mockserver.gateway.multipart import Form
from mockserver.gateway.rendering import render_file
from mockserver.media.frames import Frame
from mockserver.media.images import Picture, draw_thumbnail
from mockserver.rules.outputs import find_artefact
from mockserver.rules.source_pictures import OwnFile, decode_picture, list_texts, parse_own_file


def read_thumbnail(request: Request, model: Model, params: dict[str, Any]) -> bytes:
    """Return the thumbnail of the first picture in the body of a run that can be shown, if any."""
    names = model.list_picture_parameters(params)
    if not names:
        return b""
    files = _read_files(request, names)
    pictures = files + [decode_picture(text) for text in list_texts(params, names)]
    return next(filter(None, map(make_thumbnail_of, filter(None, pictures))), b"")


def make_thumbnail_of(content: bytes) -> bytes:
    """Return the thumbnail of a file; none where it is no picture."""
    from mockserver.media.thumbnails import make_thumbnail  # kept out of start-up

    return make_thumbnail(content)


def find_thumbnail(services: Services, context: Context) -> bytes:
    """Return the thumbnail of what the run of a model that takes pictures is made of, if any."""
    model, params = context.require_model(), context.params
    names = model.list_picture_parameters(params) if model.may_show_pictures else ()
    if not names:
        return b""
    if context.reading is None:
        shown = read_thumbnail(context.request, model, params)
    else:
        shown = context.reading.get().thumbnail
    texts = [] if shown else list_texts(params, names)
    files = filter(None, map(parse_own_file, texts))
    own = (_find_own_thumbnail(services, context, file) for file in files)
    return shown or next(filter(None, own), b"")


def _find_own_thumbnail(services: Services, context: Context, file: OwnFile) -> bytes:
    if file.folder == "assets":
        upload = services.store.find_upload(file.file_id)
        return upload.thumbnail if upload else b""
    output = services.store.find_output(file.file_id)
    if output is None:
        return b""
    made = find_artefact(output, file.number)
    if isinstance(made, Frame):
        return make_thumbnail_of(render_file(services, context, made))
    return draw_thumbnail(made) if isinstance(made, Picture) else b""


def _read_files(request: Request, names: tuple[str, ...]) -> list[bytes]:
    """Return the files that a form has by these names, the first of each."""
    header = request.headers.get(b"content-type", b"")
    if parse_content_type(header)[0] != "multipart/form-data":
        return []
    form = Form(kept=frozenset(names))
    form.read(header, request.body)
    return [form.files[name] for name in names if name in form.files]
