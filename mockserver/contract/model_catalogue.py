"""Every model by its slug, each read and built when it is first asked for.

Reading all of them takes longer than a test that runs one; so a server starts with their names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, overload

from mockserver.contract.close_slugs import CloseSlugs
from mockserver.contract.directory import Directory, load_directory
from mockserver.contract.files import read_json
from mockserver.contract.kinds import find_task, load_kinds
from mockserver.contract.model_documents import complete_document
from mockserver.contract.models import Model, load_model
from mockserver.contract.schemas import Schemas
from mockserver.contract.unlisted_models import UnknownModels, UnlistedModels, says_finetune

T = TypeVar("T")

LISTED_BY = "segmock models list"
"""The command that names every model."""

_MOST_NAMED = 8

_NOT_IN_DIRECTORY = (
    "'{}' is not in the vendor's directory of {}: it may be retired, and answer 404 or 410."
)


class ModelCatalogue(Mapping[str, Model]):
    """The models of `contracts/`, and those of a user's own, which replace others of their slug.

    It lists these. It has the models of fine-tunes too, and of all other slugs if it is told to
    have them (`unlisted_models`): they are got as the others are, and are in no list.

    Args:
        root: The folder `contracts`.
        schemas: Its schemas.
        own: The user's models, already built.

    Attributes:
        own: The slugs of the user's models.
    """

    def __init__(self, root: Path, schemas: Schemas, own: Mapping[str, Model]) -> None:
        self._schemas = schemas
        self._whole = _index_files(root / "models")
        self._parts = _index_files(root / "parameters")
        self._table = root / "directory.json"
        self._directory: Directory = load_directory(self._table)
        self._rows = self._directory.index_rows()
        self.own = frozenset(own)
        self._built: dict[str, Model] = dict(own)
        slugs = self._whole.keys() | self._parts.keys() | self._rows.keys() | own.keys()
        self._slugs = dict.fromkeys(sorted(slugs))
        self._unknown: UnknownModels = "404"

    def serve_unknown(self, unknown: UnknownModels) -> ModelCatalogue:
        """Return the same models, and of every slug that is not theirs one that makes this."""
        twin = copy(self)
        twin.__dict__.pop("unlisted", None)
        twin._unknown = unknown  # noqa: SLF001 (its own kind)
        return twin

    @cached_property
    def close(self) -> CloseSlugs:
        """Finds slugs that are like another; of equals the better known come first."""
        return CloseSlugs(self._list_best_known_first())

    @cached_property
    def unlisted(self) -> UnlistedModels:
        """The models of slugs that are in no list."""
        slugs = [slug for slug in self._slugs if not self._is_finetune(slug)]
        return UnlistedModels(self._schemas, self._table, slugs, self._unknown)

    def _is_finetune(self, slug: str) -> bool:
        """Tell whether a slug that is here is a fine-tune's, which the directory has none of."""
        return slug not in self._rows and says_finetune(slug)

    @property
    def whole(self) -> list[str]:
        """The slugs of which `contracts/` has a contract that says all, sorted."""
        return sorted(self._whole)

    def _list_best_known_first(self) -> list[str]:
        """Return every slug: those with a whole contract, those of the directory, then others."""
        ranks: dict[str, int] = {**dict.fromkeys(self._rows, 1), **dict.fromkeys(self._whole, 0)}
        return sorted(self._slugs, key=lambda slug: (ranks.get(slug, 2), len(slug)))

    def __iter__(self) -> Iterator[str]:
        """Yield every slug that it lists, sorted."""
        return iter(self._slugs)

    def __len__(self) -> int:
        """Count the models that it lists."""
        return len(self._slugs)

    def __contains__(self, slug: object) -> bool:
        """Tell whether there is such a model; none is built for it."""
        if slug in self._slugs:
            return True
        return isinstance(slug, str) and self.unlisted.find(slug) is not None

    def __getitem__(self, slug: str) -> Model:
        """Return the model of this slug."""
        built = self._built.get(slug)
        if built is not None:
            return built
        if slug not in self._slugs:
            unlisted = self.unlisted.find(slug)
            if unlisted is None:
                raise KeyError(slug)
            return unlisted
        # Two threads may build the same model at once: the first one stays.
        return self._built.setdefault(slug, self._build(slug))

    @overload
    def get(self, slug: str, /) -> Model | None: ...
    @overload
    def get(self, slug: str, /, default: Model | T) -> Model | T: ...
    def get(self, slug: str, /, default: Any = None) -> Any:
        """Return the model of this slug, or the default where there is none."""
        built = self._built.get(slug)  # every request asks, so this comes first
        if built is not None:
            return built
        if slug in self._slugs:
            return self[slug]
        return self.unlisted.find(slug) or default

    def render_hint(self, slug: str) -> str:
        """Return a hint for a slug that has no model: those that are close, and how to list all."""
        close = ", ".join(f"`{each}`" for each in self.close.find(slug, _MOST_NAMED))
        meant = f"did you mean {close}? " if close else ""
        return f"{meant}`{LISTED_BY}` names all {len(self)}"

    def _build(self, slug: str) -> Model:
        if slug in self._whole:
            return load_model(self._whole[slug], self._schemas)
        file = self._parts.get(slug, self._table)
        part: dict[str, Any] = read_json(file) if slug in self._parts else {}
        row = self._rows.get(slug)
        # The file of a model that is not in the directory says what its task is.
        task = find_task(row.modality) if row else part["x-model"]["task"]
        document = complete_document(slug, part, row, load_kinds()[task], self._directory.date)
        model = Model(file, document, self._schemas)
        if row is None and not says_finetune(slug):
            model.remarks = (_NOT_IN_DIRECTORY.format(slug, self._directory.date),)
        return model


def _index_files(folder: Path) -> dict[str, Path]:
    """Return the files of a folder by slug, which is each file's name without .json."""
    return {file.name.removesuffix(".json"): file for file in folder.glob("*.json")}
