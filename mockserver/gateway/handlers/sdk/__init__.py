"""The SDK's other namespaces, one module each: what their routes check, do and answer.

No fault strikes these routes and none of them is counted or limited, so a reply here may write
what it answers with; a workflow's run goes through steps and commit like any other run.
"""

from __future__ import annotations

from mockserver.contract.routing import RouteName
from mockserver.gateway.checks import (
    Check,
    check_body,
    check_content_type,
    check_credits,
    check_key,
    check_route,
)
from mockserver.gateway.handlers.inference import Handler
from mockserver.gateway.handlers.sdk import (
    account,
    files,
    finetune,
    generations,
    models,
    webhooks,
    workflows,
)
from mockserver.gateway.handlers.sdk.keys import check_console_key

_HANDLERS: dict[RouteName, Handler] = {
    "webhooks-get": webhooks.listed,
    "webhooks-add": webhooks.added,
    "webhooks-update": webhooks.updated,
    "webhooks-delete": webhooks.silenced,
    "webhooks-logs": webhooks.logs,
    "models-list": models.listed,
    "generations-recent": generations.recent,
    "generations-list": generations.listed,
    "generations-history": generations.history,
    "generations-get": generations.one,
    "accounts-current": account.current,
    "finetune-submit": finetune.submitted,
    "finetune-details": finetune.details,
    "finetune-list": finetune.listed,
    "finetune-upload": finetune.place_promised,
    "finetune-access": finetune.access_updated,
    "finetune-download": finetune.download_promised,
}
"""Routes that refuse in the console's words."""

HANDLERS: dict[RouteName, Handler] = {
    **_HANDLERS,
    "files-upload": files.uploaded,
    "asset": files.showed_asset,
    "dataset": lambda services, context: (
        finetune.put if context.request.method == "PUT" else files.showed_asset
    )(services, context),
    "pixelflows-run": workflows.submitted,
    "pixelflows-poll": workflows.polled,
}

_CONSOLE_CHECKS: tuple[Check, ...] = (check_route, check_console_key)

CHECKS_OF: dict[RouteName, tuple[Check, ...]] = {
    **dict.fromkeys(_HANDLERS, _CONSOLE_CHECKS),
    "files-upload": (check_route, check_key, check_content_type),
    "asset": (check_route,),
    "dataset": (check_route,),
    "pixelflows-run": (
        check_route,
        check_key,
        workflows.find_workflow,
        check_content_type,
        check_body,
        check_credits,
        workflows.make_run,
    ),
    "pixelflows-poll": (check_route, check_key, workflows.find_run),
}
