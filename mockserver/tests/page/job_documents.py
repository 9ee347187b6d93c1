"""Jobs as the control plane shows them, for tests of what the page makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

AT = 1_767_225_600_000
"""2026-01-01T00:00:00Z in milliseconds since 1970, as the page counts."""

KEPT_MS = 3_600_000

Step: TypeAlias = tuple[str, int]


def make_job(
    timeline: list[Step],
    planned: Sequence[Step] = (),
    expires: int = KEPT_MS,
    **fields: Any,
) -> dict[str, Any]:
    """Make a job whose states begin so many milliseconds after 2026 began."""
    return {
        "request_id": "0a1b2c3d" * 4,
        "account": "account-0123456789ab",
        "api_key": "...cdef",
        "model": "ideogram-3",
        "params": {"prompt": "a lighthouse"},
        "unknown_params": [],
        "state": timeline[-1][0],
        "submitted_utc": render_instant(timeline[0][1]),
        "expires_utc": render_instant(expires),
        "timeline": [_render_step(step) for step in timeline],
        "planned": [_render_step(step) for step in planned],
        "stalled": False,
        **fields,
    }


def render_instant(milliseconds: float) -> str:
    """Spell the instant that comes so long after 2026 began."""
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _render_step(step: Step) -> dict[str, str]:
    state, milliseconds = step
    return {"state": state, "at_utc": render_instant(milliseconds)}
