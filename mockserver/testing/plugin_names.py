"""The names by which both parts of the pytest plugin know what tests say; it imports nothing."""

from __future__ import annotations

FIXTURES = {"segmock", "segmock_respx", "segmock_server"}
"""Who uses one of them is guarded."""

GUARD_OPTION = "segmock_guard"
"""Where pytest keeps what `--segmock-guard` and `--no-segmock-guard` say: True, False or None."""
