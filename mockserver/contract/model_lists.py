"""Which models of a list are wanted: by how much is known of them, what they make and by words."""

from __future__ import annotations

from mockserver.contract.model_terms import Level, Makes
from mockserver.contract.models import Model


def is_wanted(
    model: Model, level: Level | None = None, makes: Makes | None = None, text: str = ""
) -> bool:
    """Tell whether a model is of this level, makes this, and has each of these words.

    Args:
        model: What is asked about.
        level: How much is to be known of it; None takes all.
        makes: What it is to make; None takes all.
        text: Words, each of which is to stand in its slug, its title or its task.
    """
    terms = model.terms
    if level not in {None, terms.level} or makes not in {None, terms.output.makes}:
        return False
    said = f"{terms.slug}\n{model.document['title']}\n{terms.task}".casefold()
    return all(word in said for word in text.casefold().split())
