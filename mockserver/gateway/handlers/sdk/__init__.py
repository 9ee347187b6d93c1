"""The SDK's other namespaces, one module each: what their routes check, do and answer.

No fault strikes these routes and none of them is counted or limited, so a handler here commits
what it answers with; a workflow's run is checked, decided and committed like any other run.
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
    "webhooks-get": webhooks.list_webhooks,
    "webhooks-add": webhooks.add_webhook,
    "webhooks-update": webhooks.update_webhook,
    "webhooks-delete": webhooks.deactivate_webhook,
    "webhooks-logs": webhooks.show_log,
    "models-list": models.list_models,
    "generations-recent": generations.list_recent,
    "generations-list": generations.list_generations,
    "generations-history": generations.list_requests,
    "generations-get": generations.show_request,
    "accounts-current": account.show_account,
    "finetune-submit": finetune.refuse_submit,
    "finetune-details": finetune.show_finetune,
    "finetune-list": finetune.list_finetunes,
    "finetune-upload": finetune.promise_place,
    "finetune-access": finetune.update_access,
    "finetune-download": finetune.promise_download,
}
"""Routes that refuse in the console's words."""

HANDLERS: dict[RouteName, Handler] = {
    **_HANDLERS,
    "files-upload": files.answer_upload,
    "asset": files.answer_file,
    "dataset": lambda services, context: (
        finetune.fill_place if context.request.method == "PUT" else files.answer_file
    )(services, context),
    "pixelflows-run": workflows.answer_submit,
    "pixelflows-poll": workflows.answer_poll,
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
