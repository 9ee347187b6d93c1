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
        wild: Where one meets the bug.
        killed_by: The case or property that names the bug.
        judge: The judge, or the verdict of segmock, whose complaint fits.
        client: The reference, with it.
    """

    id: str
    bug: str
    wild: str
    killed_by: str
    judge: str
    client: type[Reference]


MUTANTS: dict[str, Mutant] = {}


def mutant(*, killed_by: str, judge: str, wild: str) -> Callable[[Client], Client]:
    """List a client among the mutants; its docstring is the bug.

    Args:
        killed_by: The id of the case or property that has to find the bug.
        judge: The judge, or the verdict of segmock, whose complaint fits.
        wild: Where one meets it.
    """

    def listed(client: Client) -> Client:
        name = re.sub(r"(?<!^)(?=[A-Z])", "-", client.__name__).lower()
        if name in MUTANTS:
            raise ValueError(f"there are two mutants called {name}")
        bug = " ".join((client.__doc__ or "").split())
        MUTANTS[name] = Mutant(
            id=name, bug=bug, wild=wild, killed_by=killed_by, judge=judge, client=client
        )
        return client

    return listed
