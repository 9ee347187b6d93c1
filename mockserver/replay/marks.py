"""What a journal says of exchanges of a replay, beside the facts behind others."""

from __future__ import annotations

RECORDED = "recorded:"
"""So begins what is said of an answer that was recorded; its file and line follow."""

MISSED = "replay-miss"
"""The call was not recorded."""

EMULATED = "emulated"
"""Said last where the emulated gateway has answered in the recording's place."""

MISSED_STATUS = 418
"""No gateway says so, and no library that retries takes it for a fault that may pass."""
