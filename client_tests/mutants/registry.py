"""What a mutant is, and the list of all of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from client_tests.clients.reference import Reference

Client = TypeVar("Client", bound=type[Reference])


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """The reference with one bug.

    Attributes:
        id: Its name, which is that of its class.
        bug: What it does wrong, in a sentence.
        seen_in: Where one meets the bug.
        killed_by: The case or property that names the bug.
        assertion: The assertion, or the verdict of segmock, whose violation fits.
        client: The reference, with it.
    """

    id: str
    bug: str
    seen_in: str
    killed_by: str
    assertion: str
    client: type[Reference]


MUTANTS: dict[str, Mutant] = {}


def mutant(*, killed_by: str, assertion: str, seen_in: str) -> Callable[[Client], Client]:
    """List a client among the mutants; its docstring is the bug.

    Args:
        killed_by: The id of the case or property that has to find the bug.
        assertion: The assertion, or the verdict of segmock, whose violation fits.
        seen_in: Where one meets it.
    """

    def add(client: Client) -> Client:
        name = re.sub(r"(?<!^)(?=[A-Z])", "-", client.__name__).lower()
        if name in MUTANTS:
            raise ValueError(f"there are two mutants called {name}")
        bug = " ".join((client.__doc__ or "").split())
        MUTANTS[name] = Mutant(
            id=name,
            bug=bug,
            seen_in=seen_in,
            killed_by=killed_by,
            assertion=assertion,
            client=client,
        )
        return client

    return add
