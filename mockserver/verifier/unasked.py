"""Facts that a verifier never asks about, each with the reason."""

from __future__ import annotations

_NO_BOUND = "no contract bounds what a run of such a model costs"
_NO_PICTURE = "it would have to bring a picture of the user's"
_DIFFERENT_ACCOUNT = "it takes an account of another kind: give its key by --api-key"
_MANY = "it would take a minute's worth of calls that may cost, above the limit of the plan"

UNASKED: dict[str, str] = {
    "A6": "it takes a model that is closed to the account",
    "A7": _NO_BOUND,
    "S3": "it is about the SDK, and this is none",
    "T5": "nobody should send what a filter has to stop",
    "O4": _NO_BOUND,
    "O5": _NO_BOUND,
    "O6": _NO_BOUND,
    "O7": _NO_BOUND,
    "O7b": _NO_BOUND,
    "O8": _NO_BOUND,
    "V4": "nothing is known that makes a run on v1 fail",
    "E2b": "such bodies are large, or made to hurt a server",
    "E3b": _DIFFERENT_ACCOUNT,
    "E3c": _DIFFERENT_ACCOUNT,
    "E3d": "no model that can be run on words takes an array in a form",
    "E5": _MANY,
    "L2": _MANY,
    "B1": _NO_BOUND,
    "P3": _NO_PICTURE,
    "P5": _NO_PICTURE,
    "P6": "it is about what pages call required, and a run is paid for",
    "P7": "it is about lists that pages cut, and a run is paid for",
    "P8": "it takes a fine-tune of the user's",
    "N7": "nobody knows what a run of a workflow costs",
    "N9": "nobody knows what a run of a workflow costs",
    "N10": "it takes a workflow that was run",
    "N16": "a service that takes it would train, and nobody knows at what cost",
    "N18": "it would change what the account has",
    "N19": "it would change what the account has",
    "N21": _MANY,
}
