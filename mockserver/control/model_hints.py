"""What is to be said of a run that was refused for its model: which was meant, and what to do.

On the wire such a refusal says no more than the gateway's does. A hint is made when an exchange is
shown, not while its client waits.
"""

from __future__ import annotations

from mockserver.contract.model_catalogue import LISTED_BY, ModelCatalogue
from mockserver.contract.routing import ROUTES, find
from mockserver.contract.unlisted_models import MAX_SLUG, is_slug
from mockserver.state.journal import Exchange

_FORBIDDEN, _NOT_FOUND, _GONE = 403, 404, 410
_FACTS = {_FORBIDDEN: "A6", _NOT_FOUND: "E4", _GONE: "E4"}
"""What the refusal of a model shows, by its status; a fault's or a trigger's shows others."""

_FILES = {"image", "video", "audio"}
"""What `--unknown-models` can have made beside text."""

_NO_SLUG = (
    "no model can be called so: slugs have letters, digits, '.', '_' and '-', begin with a letter "
    f"or digit, have at most {MAX_SLUG} characters, and are the name of no other route"
)
_DENIED = (
    "`denied_models` of this account has it: leave it out with PUT /_mock/accounts/{api_key}, or "
    "with account.configure(denied_models=[...])"
)


def find_hint(exchange: Exchange, models: ModelCatalogue) -> str | None:
    """Return a hint for an exchange that was refused for its model; None for any other."""
    fact = _FACTS.get(exchange.status or 0)
    if fact not in exchange.behaviours or not ROUTES[exchange.route].runs_model:
        return None
    if exchange.status == _FORBIDDEN:
        return _DENIED
    slug = find(exchange.request.path)[1]
    if exchange.status == _GONE:
        return f"{_name_close(slug, models)}its contract says that it is `retired`"
    if not is_slug(slug):
        return _NO_SLUG
    like = _find_medium(slug, models)
    return (
        f"{_name_close(slug, models) or f'`{LISTED_BY}` names all models; '}to serve it anyway: "
        f"--unknown-models {like}, or segmock models new {slug} --like {like}"
    )


def _name_close(slug: str, models: ModelCatalogue) -> str:
    close = ", ".join(f"`{each}`" for each in models.close.find(slug))
    return f"did you mean {close}? " if close else ""


def _find_medium(slug: str, models: ModelCatalogue) -> str:
    """Return what a model of this slug may make: what the one that is most like it makes."""
    for closest in models.close.find(slug, 1):
        output = models[closest].terms.output
        is_chat = output.media == "text" and output.provider is not None
        return output.media if is_chat or output.media in _FILES else "json"
    return "image"
