"""How much is tried, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from client_tests.running.traits import Trait


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much is tried, and for how long.

    Attributes:
        examples: How many cases a property plays at the most.
        seed: What they depend on, together with the examples that were saved.
        shrink_s: How long the first that fails may be shrunk, in real seconds.
        slice_s: How long a property may look for one; with fewer examples by then it has passed.
        folder: Where failures and examples are saved; None saves nothing.
        features: The operations that the driver has; None: it says so itself.
        traits: What is declared of the client: no property stops at that.
        keeps_played: Whether what happened in a case that passed is kept, to be shown.
        timeout_scale: By how much every deadline is longer than the case says.
    """

    examples: int = 100
    seed: int = 0
    shrink_s: float = 10.0
    slice_s: float = 30.0
    folder: Path | None = Path(".segmock")
    features: frozenset[str] | None = None
    traits: tuple[Trait, ...] = ()
    keeps_played: bool = False
    timeout_scale: float = 1.0
