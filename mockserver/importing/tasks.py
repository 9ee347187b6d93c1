"""What a model turns into what, read off the words that describe it."""

from __future__ import annotations

import re
from collections.abc import Collection

from mockserver.importing.assumptions import Assumption
from mockserver.importing.drafts import Draft

_MEDIA = {
    "txt": "text", "text": "text", "prompt": "text", "img": "image", "image": "image",
    "photo": "image", "video": "video", "audio": "audio", "speech": "audio", "music": "audio",
    "3d": "3d", "embedding": "embedding",
}  # fmt: skip
_WORD = "|".join(_MEDIA)
_TASK = re.compile(rf"\b(?P<takes>{_WORD})[ _-]?(?:to|2)[ _-]?(?P<makes>{_WORD})(?=[^a-z]|$|s\b)")
_MAKES = {"image": "image", "video": "video", "audio": "audio"}
_SAME = {"text-to-text": "text"}
_TAKES = ("video", "audio", "image")
"""Media that a required parameter may be named after."""


def find_task(
    draft: Draft, tasks: Collection[str], known: str | None = None
) -> tuple[str, Assumption | None]:
    """Return the task of a model among those that there are, and a reason if that is a guess.

    A source that has it in its own words is believed; then the task that is `known` of the slug,
    title, slug and description, and then what v1 returns and what the parameters are called.
    """
    if draft.task in tasks:
        return draft.task, None
    if known is not None and not _contradicts(draft, known):
        return known, None if draft.task else Assumption(
            "task", f"{known}, as of the contract that comes along"
        )
    for text in (draft.task, draft.title, draft.slug, draft.description):
        for found in _TASK.finditer(text.lower()):
            named = f"{_MEDIA[found['takes']]}-to-{_MEDIA[found['makes']]}"
            task = _SAME.get(named, named)
            if task in tasks:
                reason = f"{task}, as {found[0]!r} in {text[:60]!r} says"
                return task, None if text is draft.task else Assumption("task", reason)
    task, why = _guess(draft, tasks)
    return task, Assumption("task", f"{task} is assumed: {why}")


def _contradicts(draft: Draft, task: str) -> bool:
    """Tell whether v1 returns another medium than the models of a task make."""
    return draft.v1_returns in _MAKES and not task.endswith(f"-to-{draft.v1_returns}")


def _guess(draft: Draft, tasks: Collection[str]) -> tuple[str, str]:
    """Return a task by what v1 returns and what is required, and why."""
    if draft.v1_returns not in _MAKES and "messages" in draft.properties:
        return "text", "there is a parameter `messages`"
    advised = draft.schema.get("x-advice", {}).get("required", ())
    needed = [*draft.schema.get("required", ()), *advised]
    takes, name = next(
        ((medium, name) for medium in _TAKES for name in needed if medium in name), ("text", None)
    )
    if takes == "audio" and draft.v1_returns == "json":
        return "audio-to-text", f"v1 returns JSON, and `{name}` is required"
    makes = _MAKES.get(draft.v1_returns or "", "image")
    task = f"{takes}-to-{makes}"
    said = f"v1 returns {draft.v1_returns}" if draft.v1_returns else "nothing says what it makes"
    if name is None or task not in tasks:
        return f"text-to-{makes}", said
    return task, f"{said}, and `{name}` is required"
