"""Mutants that pay for another run when they did not like how the first ended."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from typing import Any

from client_tests.clients.gateway_http import GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant


class Rerunning(Reference):
    """Makes a run once more when it did not like how the first ended."""

    def likes(self, error: GaveUpError) -> bool:
        """Tell whether to leave it at that."""
        raise NotImplementedError

    def run(self, model: str, params: Json) -> Any:
        try:
            return super().run(model, params)
        except GaveUpError as error:
            if self.likes(error):
                raise
        return super().run(model, params)


@mutant(
    killed_by="run/failures/words-that-sound-passing",
    assertion="submitted",
    seen_in="A search for `timed out` in whatever was raised.",
)
class RerunsTimeouts(Rerunning):
    """Runs again when a job's error sounds like a timeout."""

    def likes(self, error: GaveUpError) -> bool:
        return error.outcome != "failed" or "timed out" not in str(error)


@mutant(
    killed_by="run/failures/no-words",
    assertion="submitted",
    seen_in="A failure without a reason, taken for one of the infrastructure.",
)
class RerunsTheUnexplained(Rerunning):
    """Runs again when a job has failed and does not say why."""

    def likes(self, error: GaveUpError) -> bool:
        return error.outcome != "failed" or bool(str(error))


@mutant(
    killed_by="run_sync/blocking/picture-that-is-not-safe",
    assertion="charged",
    seen_in="A loop that goes on until there is a picture to show.",
)
class RerunsWhatIsNotSafe(Reference):
    """Runs again when a picture is said not to be safe."""

    def run_sync(self, model: str, params: Json) -> Any:
        found = super().run_sync(model, params)
        data = found.get("data") or ()
        if any(each.get("is_image_safe") is False for each in data):
            found = super().run_sync(model, params)
        return found
