"""What is to be said of a run that failed for its model: which was meant, and what to do.

On the wire such an answer says no more than the gateway's does. A hint is made when an exchange is
shown, not while its client waits.
"""

from __future__ import annotations

from mockserver.contract.model_catalogue import LISTED_BY, ModelCatalogue
from mockserver.contract.routing import ROUTES, find
from mockserver.contract.unlisted_models import MAX_SLUG, is_slug
from mockserver.state.journal import Exchange

_FORBIDDEN, _NOT_FOUND, _GONE, _TIMED_OUT = 403, 404, 410, 504
_FACTS = {_FORBIDDEN: "A6", _NOT_FOUND: "E4", _GONE: "E4", _TIMED_OUT: "V5"}
"""What an answer shows that is so for the model, by status; a fault's or trigger's shows others."""

_MINUTE_S = 60
"""How long v1 waits for a run (V5)."""

_FILES = {"image", "video", "audio"}
"""What `--unknown-models` can have made beside text."""

_KINDS = "image, video, audio, text or json"

_NO_SLUG = (
    "no model can be called so: slugs have letters, digits, '.', '_' and '-', begin with a letter "
    f"or digit, have at most {MAX_SLUG} characters, and are the name of no other route"
)
_DENIED = (
    "`denied_models` of this account has it: leave it out with PUT /_mock/accounts/{api_key}, or "
    "with account.configure(denied_models=[...])"
)


def find_hint(exchange: Exchange, models: ModelCatalogue, v1_limit: str) -> str | None:
    """Return a hint for an exchange that failed for its model; None for any other.

    Args:
        exchange: The exchange.
        models: The models that there are.
        v1_limit: Whether v1 counts `realistic` seconds of a run, or `scaled` ones.
    """
    fact = _FACTS.get(exchange.status or 0)
    if fact not in exchange.behaviours or not ROUTES[exchange.route].runs_model:
        return None
    if exchange.status == _FORBIDDEN:
        return _DENIED
    slug = find(exchange.request.path)[1]
    if exchange.status == _TIMED_OUT:
        return _tell_seconds(slug, models, v1_limit)
    if exchange.status == _GONE:
        return f"{_name_close(slug, models)}its contract says that it is `retired`"
    if not is_slug(slug):
        return _NO_SLUG
    close = _name_close(slug, models) or f"`{LISTED_BY}` names all models; "
    like = _find_medium(slug, models)
    kind, which = (like, "") if like else ("KIND", f"; KIND is {_KINDS}")
    serve = f"--unknown-models {kind}, or segmock models new {slug} --like {kind}{which}"
    return f"{close}to serve it anyway: {serve}"


def _tell_seconds(slug: str, models: ModelCatalogue, v1_limit: str) -> str | None:
    """Say why v1 gave a run up; None where the request itself asked for so many seconds."""
    seconds = models[slug].terms.typical_s
    if seconds <= _MINUTE_S:
        return None
    lead = f"a run is taken to last {seconds:.0f} s in life, and v1 waits for 60: ask v2, "
    if v1_limit == "scaled":
        return f"{lead}or serve with a --speed above {seconds / _MINUTE_S:.1f}"
    return f"{lead}or serve with --v1-limit scaled"


def _name_close(slug: str, models: ModelCatalogue) -> str:
    close = ", ".join(f"`{each}`" for each in models.close.find(slug))
    return f"did you mean {close}? " if close else ""


def _find_medium(slug: str, models: ModelCatalogue) -> str | None:
    """Return what a model of this slug may make: what the one that is most like it makes."""
    for closest in models.close.find(slug, 1):
        output = models[closest].terms.output
        is_chat = output.media == "text" and output.provider is not None
        return output.media if is_chat or output.media in _FILES else "json"
    return None
