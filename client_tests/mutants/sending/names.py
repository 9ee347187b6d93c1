"""Mutants that change or lose parameters by their names."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import keyword
from typing import Any, ClassVar

from client_tests.clients.gateway_http import Json
from client_tests.mutants.registry import mutant
from client_tests.mutants.sending.altering import Altering, each


class Dropping(Altering):
    """Leaves out parameters of some names."""

    own: ClassVar[frozenset[str]]

    def alter(self, params: Json) -> Any:
        return {name: value for name, value in params.items() if name not in self.own}


class Renaming(Altering):
    """Sends parameters under the names that `rename` gives them."""

    def alter(self, params: Json) -> Any:
        return {self.rename(name): value for name, value in params.items()}

    def rename(self, name: str) -> str:
        """Return another name, or the same."""
        raise NotImplementedError


@mutant(
    killed_by="run/parameters/named-slug",
    assertion="unchanged",
    seen_in="`options = {'model': …, **params}`, from which the model is taken out again.",
)
class DropsNamesOfModels(Dropping):
    """Leaves out parameters that are called like its argument for the model."""

    own = frozenset({"slug", "model"})


@mutant(
    killed_by="run/parameters/named-url",
    assertion="unchanged",
    seen_in="`requests.post(**{**defaults, **params})`, with what a request is made of.",
)
class DropsNamesOfRequests(Dropping):
    """Leaves out parameters that are called like the parts of a request."""

    own = frozenset({"url", "path", "method", "headers", "params", "data", "json", "body", "files"})


@mutant(
    killed_by="run/parameters/named-webhook",
    assertion="unchanged",
    seen_in="Wrappers that register the webhook themselves.",
)
class DropsWebhooks(Dropping):
    """Leaves out parameters that name somebody to be called back."""

    own = frozenset({"webhook", "webhook_url", "callback"})


@mutant(
    killed_by="run/parameters/named-op",
    assertion="unchanged",
    seen_in="Commands that travel in one object with what they are about.",
)
class DropsNamesOfCommands(Dropping):
    """Leaves out parameters that are called like the fields of its own messages."""

    own = frozenset({"op", "key"})


@mutant(
    killed_by="run/parameters/names-of-other-languages",
    assertion="unchanged",
    seen_in="Generated code, in which a keyword cannot be a name.",
)
class RenamesKeywords(Renaming):
    """Puts an underscore behind a name that is a keyword."""

    def rename(self, name: str) -> str:
        return f"{name}_" if keyword.iskeyword(name) else name


@mutant(
    killed_by="run/parameters/names-of-prototypes",
    assertion="unchanged",
    seen_in="Guards against prototype pollution.",
)
class DropsNamesOfPrototypes(Dropping):
    """Leaves out parameters that are called like what objects inherit."""

    own = frozenset({"constructor", "prototype", "__proto__", "__class__", "__dict__"})


@mutant(
    killed_by="run/parameters/name-with-dashes",
    assertion="unchanged",
    seen_in="`name.replace('-', '_')`, as command lines have it.",
)
class ReplacesDashes(Renaming):
    """Sends underscores for the dashes in a name."""

    def rename(self, name: str) -> str:
        return name.replace("-", "_")


@mutant(
    killed_by="run/parameters/name-in-other-scripts",
    assertion="unchanged",
    seen_in="`name.encode('ascii', 'ignore')`.",
)
class StripsNamesToAscii(Renaming):
    """Leaves out the letters of a name that are not ASCII."""

    def rename(self, name: str) -> str:
        return name.encode("ascii", "ignore").decode()


@mutant(
    killed_by="run/parameters/names-in-capitals",
    assertion="unchanged",
    seen_in="Names that are treated like those of headers.",
)
class LowersNames(Renaming):
    """Sends names in small letters."""

    def rename(self, name: str) -> str:
        return name.lower()


@mutant(
    killed_by="run/parameters/prompt-of-word",
    assertion="unchanged",
    seen_in="YAML and forms, whose values have no quotes.",
)
class ReadsWordsAsValues(Altering):
    """Sends the text `null` as null."""

    def alter(self, params: Json) -> Any:
        return each(lambda item: None if item == "null" else item, params)


@mutant(
    killed_by="run/parameters/numbers",
    assertion="unchanged",
    seen_in="`%g`, or a database's column for decimals.",
)
class RoundsNumbers(Altering):
    """Sends numbers with six digits."""

    def alter(self, params: Json) -> Any:
        return each(_round, params)


def _round(item: Any) -> Any:
    is_number = isinstance(item, int | float) and not isinstance(item, bool)
    return type(item)(float(f"{item:g}")) if is_number else item
