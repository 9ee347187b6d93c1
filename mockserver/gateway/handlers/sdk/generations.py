"""`generations`: what the account has run, read off its bounded history (N12 to N14)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from itertools import islice
from typing import Any

import msgspec

from mockserver.base.bounds import show
from mockserver.base.clock import DAY, render_iso
from mockserver.base.errors import ApiError
from mockserver.base.json_encoding import encode
from mockserver.contract.texts import find_text
from mockserver.gateway.context import Context, Services
from mockserver.gateway.handlers.inference import JSON, Reply
from mockserver.gateway.handlers.sdk.account import make_user_email, make_user_id
from mockserver.gateway.handlers.sdk.fields import (
    Fields,
    make_field_error,
    make_missing_error,
    read_query,
    require_text,
)
from mockserver.rules.jobs import Job
from mockserver.rules.outputs import make_output_url
from mockserver.rules.wallet import ZERO, render_money

DEFAULT_DAYS, MAX_DAYS = 7, 31
PAGE_ROWS, MAX_PAGE_ROWS, MAX_PAGE = 20, 100, 1_000_000

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_STATUSES = ("COMPLETED", "FAILED", "PENDING")
_ORDERS = ("desc", "asc")
_SORTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "model_created": lambda row: row["model_created"],
    "model_name": lambda row: row["model_name"],
    "credits_deduction": lambda row: row["credits_deduction"],
}


def list_generations(services: Services, context: Context) -> Reply:
    """List what has an output, newest first, page by page."""
    fields = read_query(context)
    page = _parse_number(fields, "page", 1, MAX_PAGE)
    since, until = _parse_day(fields, "start_date"), _parse_day(fields, "end_date")
    if since is not None and until is not None and since > until:
        raise make_field_error("'start_date' is after 'end_date'; send the earlier day first.")
    _check_user(services, context, fields)
    rows = [
        row
        for row in _select_rows(_list_rows(services, context), fields.get("model_name"))
        if _is_within(row, since, until)
    ]
    context.facts = ("N12",)
    shown_rows = [_render_generation(row) for row in _cut_page(rows, page, PAGE_ROWS)]
    return 200, JSON, encode({"generations": shown_rows, **_render_paging(rows, page)})


def list_recent(services: Services, context: Context) -> Reply:
    """List the newest outputs of one model."""
    name = require_text(read_query(context), "model_name", "the slug of a model")
    rows = _select_rows(_list_rows(services, context), name)
    context.facts = ("N12",)
    newest = [_render_generation(row) for row in islice(rows, PAGE_ROWS)]
    return 200, JSON, encode({"generations": newest})


def list_requests(services: Services, context: Context) -> Reply:
    """List every request of a span of days, the failed and the pending ones too."""
    fields = read_query(context)
    page = _parse_number(fields, "page", 1, MAX_PAGE)
    per_page = _parse_number(fields, "per_page", PAGE_ROWS, MAX_PAGE_ROWS)
    since, until = _parse_days(fields, context.now)
    status = _parse_choice(fields, "status", _STATUSES, None)
    sort_by = _parse_choice(fields, "sort_by", tuple(_SORTS), "model_created")
    is_falling = _parse_choice(fields, "sort_order", _ORDERS, "desc") == "desc"
    _check_user(services, context, fields)
    wanted = fields.get("model_name", "")
    rows = [
        row
        for row in _list_rows(services, context)
        if _is_within(row, since, until)
        and wanted in row["model_name"]
        and status in {None, row["model_status"]}
    ]
    if not is_falling:
        rows.reverse()
    rows.sort(key=_SORTS[sort_by or ""], reverse=is_falling)
    context.facts = ("N13",)
    shown_rows = _cut_page(rows, page, per_page)
    return 200, JSON, encode({"requests": shown_rows, **_render_paging(rows, page, per_page)})


def show_request(services: Services, context: Context) -> Reply:
    """Show one of the account's own requests, of any age."""
    job = services.store.find_remembered_job(context.require_account().api_key, context.subject)
    if job is None:
        raise make_missing_error("Request", context.subject)
    context.facts = ("N14",)
    return 200, JSON, encode(_render_row(services, context, job))


def _list_rows(services: Services, context: Context) -> Iterable[dict[str, Any]]:
    """Go through the account's requests, newest first: each output has a row."""
    account = context.require_account()
    for job in services.store.remembered_jobs_of(account.api_key):
        row = _render_row(services, context, job)
        yield row
        if not row["generation_url"]:
            continue
        for number in range(2, job.files + 1):
            where = (account.api_key, job, context.request.origin, number)
            yield {**row, "generation_url": make_output_url(services.options.seed, *where)}


def _render_row(services: Services, context: Context, job: Job) -> dict[str, Any]:
    status, error = _find_status(job, context.now)
    has_ended = status != "PENDING" and error != find_text("request_expired")
    has_file = status == "COMPLETED" and job.model.terms.output.is_file
    api_key, origin = context.require_account().api_key, context.request.origin
    row = {
        "request_id": job.request_id,
        "model_name": job.model.slug,
        "model_status": status,
        "credits_deduction": render_money(job.price if status == "COMPLETED" else ZERO),
        "request_body": msgspec.Raw(job.payload),
        "generation_url": make_output_url(services.options.seed, api_key, job, origin)
        if has_file
        else None,
        "latency_ms": (job.finished_at - job.submitted_at) // 1000 if has_ended else None,
        "model_created": render_iso(job.submitted_at),
        "model_updated": render_iso(min(job.finished_at, job.expires_at, context.now)),
    }
    return {**row, "error": error} if error else row


def _find_status(job: Job, now: int) -> tuple[str, str | None]:
    """Return a request's status and error; one that is gone before its end has failed."""
    ends_in_time = job.finished_at <= job.expires_at
    if now >= job.expires_at and not ends_in_time:
        return "FAILED", find_text("request_expired")
    if now < job.finished_at or not ends_in_time:
        return "PENDING", None
    return job.ends, job.error if job.ends == "FAILED" else None


def _select_rows(rows: Iterable[dict[str, Any]], name: str | None) -> Iterable[dict[str, Any]]:
    return (row for row in rows if row["generation_url"] and name in {None, "", row["model_name"]})


def _render_generation(row: dict[str, Any]) -> dict[str, Any]:
    body = row["request_body"]
    params = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    return {
        "request_id": row["request_id"],
        "model_name": row["model_name"],
        "generation_url": row["generation_url"],
        "status": row["model_status"],
        "credits_deduction": row["credits_deduction"],
        "latency_ms": row["latency_ms"],
        "prompt": params.get("prompt"),
        "parameters": body,
        "created_at": row["model_created"],
    }


def _cut_page(rows: list[dict[str, Any]], page: int, per_page: int) -> list[dict[str, Any]]:
    return rows[(page - 1) * per_page : page * per_page]


def _render_paging(
    rows: list[dict[str, Any]], page: int, per_page: int = PAGE_ROWS
) -> dict[str, Any]:
    pages = -(-len(rows) // per_page)
    numbers = {"page": page, "per_page": per_page, "total": len(rows), "total_pages": pages}
    return {"pagination": numbers}


def _is_within(row: dict[str, Any], since: int | None, until: int | None) -> bool:
    day = date.fromisoformat(row["model_created"][:10]).toordinal()
    return (since is None or day >= since) and (until is None or day <= until)


def _parse_days(fields: Fields, now: int) -> tuple[int, int]:
    """Return the first and the last day asked for."""
    since, until = _parse_day(fields, "from_date"), _parse_day(fields, "to_date")
    until = _EPOCH_DAY + now // DAY if until is None else until
    since = until - DEFAULT_DAYS if since is None else since
    if since > until:
        raise make_field_error("'from_date' is after 'to_date'; send the earlier day first.")
    if until - since > MAX_DAYS:
        raise make_field_error(
            f"The window spans {until - since} days; at most {MAX_DAYS} are allowed."
        )
    return since, until


def _parse_day(fields: Fields, name: str) -> int | None:
    given = fields.get(name)
    if not given:
        return None
    try:
        return date.fromisoformat(given if _DATE.fullmatch(given) else "").toordinal()
    except ValueError:
        raise make_field_error(f"'{name}' is {show(given)}; send a day as YYYY-MM-DD.") from None


def _parse_number(fields: Fields, name: str, default: int, most: int) -> int:
    given = fields.get(name)
    if not given:
        return default
    is_number = given.isascii() and given.isdecimal() and len(given) <= len(str(most))
    if not is_number or not 1 <= int(given) <= most:
        raise make_field_error(f"'{name}' is {show(given)}; send a whole number from 1 to {most}.")
    return int(given)


def _parse_choice(
    fields: Fields, name: str, choices: tuple[str, ...], default: str | None
) -> str | None:
    given = fields.get(name)
    if not given:
        return default
    if given not in choices:
        raise make_field_error(f"'{name}' is {show(given)}; send one of {', '.join(choices)}.")
    return str(given)


def _check_user(services: Services, context: Context, fields: Fields) -> None:
    """Let nobody ask for another user's requests: the emulator's accounts have no teams."""
    asked, email = fields.get("user_id"), fields.get("user_email")
    if asked and email:
        raise make_field_error("'user_id' and 'user_email' came together; send one of them.")
    if asked and asked.lower() != make_user_id(services, context):
        raise ApiError("console_forbidden", what="user", name=asked[:200])
    if email and email.lower() != make_user_email(services, context):
        raise ApiError("console_forbidden", what="user", name=email[:200])
