"""How much work may be done for one document, and what has been done of it."""

from __future__ import annotations

MOST_WORK = 250_000
"""Units of work for one document; a unit is about a microsecond."""
CHARACTERS_A_UNIT = 4
"""Characters that are written, encoded and counted for one unit."""


class SpentError(Exception):
    """The budget is spent; the message says, as a clause, on what."""


class Budget:
    """The work for one document: every part of the generator is paid out of the same one.

    Attributes:
        spent: Units of work that have been done.
    """

    def __init__(self, most: int = MOST_WORK) -> None:
        self.spent = 0
        self._most = most
        self._causes: dict[str, int] = {}

    @property
    def is_weary(self) -> bool:
        """Tell whether much has been done, and what is short comes first from now on."""
        return self.spent > self._most // 6

    def spend(self, cause: str, units: int) -> None:
        """Count work before it is done.

        Args:
            cause: The keyword that asks for it, or what it is for.
            units: How much it is.

        Raises:
            SpentError: there is not so much left.
        """
        self.spent += units
        self._causes[cause] = self._causes.get(cause, 0) + units
        if self.spent > self._most:
            most_of_it = max(self._causes, key=self._causes.__getitem__)
            raise SpentError(
                f"it takes more than the {self._most} units of work that are done for one reply, "
                f"{self._causes[most_of_it]} of them for {most_of_it}; "
                "fewer, shorter or simpler values fit"
            )

    def write(self, cause: str, characters: int) -> None:
        """Count characters of the document before they are written.

        Raises:
            SpentError: there is no room for so many.
        """
        self.spend(cause, characters // CHARACTERS_A_UNIT)
