"""`webhooks`: who is told of which events, and what became of it (N4 to N6)."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from mockserver.base.bounds import show
from mockserver.base.clock import render_iso
from mockserver.base.ids import make_id, normalize_id
from mockserver.base.json_encoding import encode
from mockserver.contract.texts import find_text
from mockserver.gateway.context import Context, Services
from mockserver.gateway.handlers.inference import JSON, Reply
from mockserver.gateway.handlers.sdk.fields import (
    Fields,
    collect_fields,
    make_field_error,
    make_missing_error,
    read_query,
    require_text,
)
from mockserver.rules.webhooks import EVENTS, MAX_WEBHOOKS, SILENT_EVENTS, Webhook, has_room
from mockserver.state.changes import PutWebhook

_KNOWN = (*EVENTS, *SILENT_EVENTS)
_URL, _ID = "an absolute URL such as https://example.com/hook", "the id of a webhook"
_TYPES = '{"types": ["GRAPH_RUN"]}'
_LONGEST_URL = 2_000
_CHARACTERS = r"[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2}"
_USER = r"(([A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@)?"
_IPV6 = (
    r"\[(([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}"
    r"|::(([0-9A-Fa-f]{1,4}:){0,5}[0-9A-Fa-f]{1,4})?)\]"
)
_PORT = (
    "(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])?)?"
)
_WHOLE_URL = re.compile(
    f"^[Hh][Tt][Tt][Pp][Ss]?://{_USER}(({_CHARACTERS})+|{_IPV6}){_PORT}([/?#][!-~]*)?$"
)
"""RFC 3986, as far as a receiver needs it; the document of the routes has the same pattern."""


def list_webhooks(services: Services, context: Context) -> Reply:
    """List every webhook, the inactive ones too."""
    context.facts = ("N4",)
    api_key = context.require_account().api_key
    webhooks = [_render_webhook(each) for each in services.store.webhooks_of(api_key)]
    return 200, JSON, encode({"webhooks": webhooks})


def add_webhook(services: Services, context: Context) -> Reply:
    """Register a webhook."""
    fields = collect_fields(services, context)
    url, types = _parse_url(fields), _parse_types(fields)
    account = context.require_account()
    if not has_room(services.store.webhooks_of(account.api_key)):
        raise make_field_error(
            f"There are {MAX_WEBHOOKS} webhooks already; make one inactive first."
        )
    webhook_id = make_id(services.options.seed, "webhook", account.api_key, account.webhooks_made)
    now = context.now
    webhook = Webhook(webhook_id=webhook_id, url=url, types=types, created_at=now, updated_at=now)
    return _keep_webhook(services, context, find_text("webhook_added"), webhook)


def update_webhook(services: Services, context: Context) -> Reply:
    """Change a webhook's URL and events; an inactive one cannot be changed."""
    fields = collect_fields(services, context)
    webhook = _find_webhook(services, context, require_text(fields, "webhook_id", _ID))
    if not webhook.is_active:
        raise make_missing_error("Webhook", webhook.webhook_id)
    changed = msgspec.structs.replace(
        webhook, url=_parse_url(fields), types=_parse_types(fields), updated_at=context.now
    )
    return _keep_webhook(services, context, find_text("webhook_updated"), changed)


def deactivate_webhook(services: Services, context: Context) -> Reply:
    """Make a webhook inactive, which is how the SDK deletes it; twice does no harm."""
    webhook = _find_webhook(services, context, require_text(read_query(context), "webhook_id", _ID))
    if webhook.is_active:
        webhook = msgspec.structs.replace(webhook, is_active=False, updated_at=context.now)
    return _keep_webhook(services, context, find_text("webhook_inactive"), webhook)


def show_log(services: Services, context: Context) -> Reply:
    """Show what became of each event, oldest first."""
    webhook = _find_webhook(services, context, require_text(read_query(context), "webhook_id", _ID))
    log = services.store.webhook_log_of(context.require_account().api_key, webhook.webhook_id)
    context.facts = ("N4", "N6")
    rows = [{**msgspec.structs.asdict(line), "at": render_iso(line.at)} for line in log]
    return 200, JSON, encode({"webhook_id": webhook.webhook_id, "logs": rows})


def _keep_webhook(services: Services, context: Context, message: str, webhook: Webhook) -> Reply:
    """Keep a webhook as it is now, and answer with it."""
    api_key = context.require_account().api_key
    services.store.commit(api_key, (PutWebhook(webhook),), context.now)
    context.facts = ("N4", "N5")
    answer = {
        "message": message,
        "webhook_id": webhook.webhook_id,
        "webhook": _render_webhook(webhook),
    }
    return 200, JSON, encode(answer)


def _render_webhook(webhook: Webhook) -> dict[str, Any]:
    return {
        "webhook_id": webhook.webhook_id,
        "webhook_url": webhook.url,
        "event": {"types": webhook.types},
        "is_active": webhook.is_active,
        "created_at": render_iso(webhook.created_at),
        "updated_at": render_iso(webhook.updated_at),
    }


def _find_webhook(services: Services, context: Context, webhook_id: str) -> Webhook:
    wanted = normalize_id(webhook_id)
    webhooks = services.store.webhooks_of(context.require_account().api_key)
    for webhook in webhooks:
        if webhook.webhook_id == wanted:
            return webhook
    raise make_missing_error("Webhook", webhook_id)


def _parse_url(fields: Fields) -> str:
    url = require_text(fields, "webhook_url", _URL)
    if len(url) > _LONGEST_URL or _WHOLE_URL.fullmatch(url) is None:
        raise make_field_error(f"'webhook_url' is {show(url)}; send {_URL}.")
    return url


def _parse_types(fields: Fields) -> tuple[str, ...]:
    event = fields.get("event")
    types = event.get("types") if isinstance(event, dict) else None
    if not isinstance(types, list) or not types:
        raise make_field_error(f"'event' is {show(event)}; send {_TYPES}.")
    for name in types:
        if name not in _KNOWN:
            raise make_field_error(
                f"Event type {show(name)} is unknown; types: {', '.join(_KNOWN)}."
            )
    return tuple(dict.fromkeys(types))
