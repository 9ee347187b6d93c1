"""How each route reads its body: a pure function, which needs neither state nor lock.

Of the services it asks contracts and options alone. An edge has a big body read by it before the
emulator is locked, so that nobody waits for it; the checks then take what was read, each in its
turn. A small body is read by the checks themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from mockserver.base.bounds import SMALL_BODY_BYTES
from mockserver.base.reading import Reading
from mockserver.base.wire import Request
from mockserver.contract.judgement import FAULTLESS, Judgement, judge_params
from mockserver.contract.routing import RouteName, find
from mockserver.gateway.context import Services
from mockserver.gateway.handlers.sdk.fields import read_fields
from mockserver.gateway.handlers.sdk.files import read_files
from mockserver.gateway.request_body import parse_params
from mockserver.gateway.source_pictures import read_thumbnail
from mockserver.rules.source_pictures import may_hold_picture


class RunBody(NamedTuple):
    """What the body of a run says, and what is to be said of it."""

    params: dict[str, Any]
    payload: bytes
    judgement: Judgement = FAULTLESS
    thumbnail: bytes = b""
    """Of the picture in it, if the model takes one."""


Reader: TypeAlias = Callable[[Services, Request, str], Any]


def _read_run(services: Services, request: Request, slug: str) -> RunBody | None:
    """Read the parameters of a run, and hold them against the model; None where there is none."""
    model = services.catalogue.models.get(slug)
    if model is None:
        return None
    params, payload = parse_params(request, model)
    judgement = judge_params(model, params, services.options.types)
    thumbnail = b"" if judgement.violation else read_thumbnail(request, model, params)
    return RunBody(params, payload, judgement, thumbnail)


def _read_inputs(services: Services, request: Request, _workflow_id: str) -> RunBody:
    """Read the inputs of a workflow, which nobody here can judge."""
    return RunBody(*parse_params(request, services.catalogue.workflow))


def _read_uploads(_services: Services, request: Request, _subject: str) -> Any:
    return read_files(request)


def _read_form(_services: Services, request: Request, _subject: str) -> Any:
    return read_fields(request)


READERS: dict[RouteName, Reader] = {
    "sync": _read_run,
    "submit": _read_run,
    "pixelflows-run": _read_inputs,
    "files-upload": _read_uploads,
    "webhooks-add": _read_form,
    "webhooks-update": _read_form,
    "finetune-details": _read_form,
    "finetune-access": _read_form,
    "finetune-upload": _read_form,
    "finetune-download": _read_form,
}


def is_big(request: Request) -> bool:
    """Tell whether a body is worth reading ahead of its turn: a picture, however small its file."""
    return len(request.body) > SMALL_BODY_BYTES or may_hold_picture(request.body)


def is_worth_reading_ahead(services: Services, request: Request) -> bool:
    """Tell whether a body is big: a picture alone is none for a model that looks at none."""
    if len(request.body) <= SMALL_BODY_BYTES:
        _, subject = find(request.path)
        model = services.catalogue.models.get(subject)
        if model is not None and not model.may_show_pictures:
            return False
    return is_big(request)


def read_ahead(services: Services, request: Request) -> Reading | None:
    """Read the body of a request as its route does; None where the route reads none."""
    route, subject = find(request.path)
    reader = READERS.get(route.name)
    if reader is None or request.method not in route.methods:
        return None
    try:
        return Reading(reader(services, request, subject))
    except Exception as error:  # noqa: BLE001 it is raised where the body is asked for
        return Reading(error=error)
