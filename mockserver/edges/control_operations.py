"""The operations of the control plane that are one step or some, by path and method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from starlette.requests import Request

from mockserver.control.accounts import AccountFilter
from mockserver.control.control import Control
from mockserver.control.effects import list_effects
from mockserver.control.jobs import JobChange
from mockserver.control.models import ModelFilter
from mockserver.control.outputs import OutputFilter
from mockserver.control.pages import ListFilter, VerdictFilter
from mockserver.control.plans import list_plans
from mockserver.control.reports import ReportFilter
from mockserver.control.routes import list_routes
from mockserver.edges.access import REFUSAL
from mockserver.edges.control_requests import (
    RequestReader,
    find_root,
    parse_body,
    parse_clock_change,
    parse_query,
)
from mockserver.edges.snippets import render_snippets
from mockserver.rules.faults import FaultRequest
from mockserver.state.account import AccountSettings

Operation: TypeAlias = Callable[[Request, bytes], Any]


def list_operations(control: Control) -> dict[str, dict[str, Operation]]:
    """Return the operations of one step or of some, by path and method."""
    reader = RequestReader(control.services.store.accounts)
    return {
        "/_mock/health": {"GET": lambda r, _b: _show_health(control, r)},
        **_list_account_operations(control, reader),
        **_list_job_operations(control, reader),
        **_list_fault_operations(control, reader),
        **_list_judgements(control, reader),
        **_list_knowledge(control),
    }


def _list_account_operations(
    control: Control, reader: RequestReader
) -> dict[str, dict[str, Operation]]:
    """Return the operations on accounts and their clocks."""
    accounts, clock = control.accounts, control.clock
    return {
        "/_mock/accounts": {
            "GET": lambda r, _b: accounts.list_in_steps(parse_query(r, AccountFilter))
        },
        "/_mock/accounts/{api_key:path}": {
            "GET": lambda r, _b: accounts.show(reader.read_named_key(r)),
            "PUT": lambda r, b: accounts.put(
                reader.read_named_key(r), parse_body(b, AccountSettings)
            ),
            "DELETE": lambda r, _b: accounts.delete(reader.read_named_key(r)),
        },
        "/_mock/clock": {
            "GET": lambda r, _b: clock.show(reader.read_key(r)),
            "PATCH": lambda r, b: clock.change_in_steps(reader.put_key(parse_clock_change(r, b))),
        },
    }


def _list_job_operations(
    control: Control, reader: RequestReader
) -> dict[str, dict[str, Operation]]:
    """Return the operations on jobs, and the list of what they have yielded."""
    jobs, outputs = control.jobs, control.outputs
    return {
        "/_mock/jobs": {"GET": lambda r, _b: jobs.list_in_steps(reader.read_query(r, ListFilter))},
        "/_mock/jobs/{request_id}": {
            "GET": lambda r, _b: jobs.show(r.path_params["request_id"]),
            "PATCH": lambda r, b: jobs.change(
                r.path_params["request_id"], parse_body(b, JobChange)
            ),
        },
        "/_mock/outputs": {
            "GET": lambda r, _b: outputs.list_in_steps(
                reader.read_query(r, OutputFilter), find_root(r)
            )
        },
    }


def _list_fault_operations(
    control: Control, reader: RequestReader
) -> dict[str, dict[str, Operation]]:
    """Return the operations on faults."""
    faults = control.faults
    return {
        "/_mock/faults": {
            "GET": lambda r, _b: faults.list(reader.read_query(r, ListFilter)),
            "POST": lambda _r, b: faults.add(reader.put_key(parse_body(b, FaultRequest))),
            "DELETE": lambda r, _b: faults.clear(reader.read_key(r)),
        },
        "/_mock/faults/{fault_id}": {
            "GET": lambda r, _b: faults.show(r.path_params["fault_id"]),
            "DELETE": lambda r, _b: faults.remove(r.path_params["fault_id"]),
        },
    }


def _list_judgements(control: Control, reader: RequestReader) -> dict[str, dict[str, Operation]]:
    """Return the operations that judge clients."""
    verdicts, reports = control.verdicts, control.reports
    return {
        "/_mock/verdicts": {
            "GET": lambda r, _b: verdicts.show_in_steps(reader.read_query(r, VerdictFilter))
        },
        "/_mock/verdicts/rules": {"GET": lambda _r, _b: verdicts.list_rules()},
        "/_mock/report": {
            "GET": lambda r, _b: reports.show_in_steps(reader.read_query(r, ReportFilter))
        },
    }


def _list_knowledge(control: Control) -> dict[str, dict[str, Operation]]:
    """Return the operations that read what no request changes."""
    models, catalogue = control.models, control.services.catalogue
    return {
        "/_mock/behaviours": {"GET": lambda _r, _b: control.list_behaviours()},
        "/_mock/models": {"GET": lambda r, _b: models.list_in_steps(parse_query(r, ModelFilter))},
        "/_mock/models/{slug}": {"GET": lambda r, _b: models.show(r.path_params["slug"])},
        "/_mock/routes": {"GET": lambda _r, _b: list_routes(catalogue)},
        "/_mock/effects": {"GET": lambda _r, _b: list_effects(catalogue)},
        "/_mock/plans": {"GET": lambda _r, _b: list_plans(catalogue)},
        "/_mock/snippets": {"GET": lambda r, _b: _list_snippets(r)},
    }


def _list_snippets(request: Request) -> dict[str, Any]:
    """Show what points a client at this server, under the URL that was asked."""
    return {"snippets": [each._asdict() for each in render_snippets(find_root(request))]}


def _show_health(control: Control, request: Request) -> dict[str, Any]:
    """Show the health, or of it what everybody may know."""
    return control.show_status() if REFUSAL in request.scope else control.show_health()
