"""What is found by an id alone, whoever's it is."""

from __future__ import annotations

from mockserver.base.compacting_dict import CompactingDict
from mockserver.rules.outputs import Output
from mockserver.rules.uploads import Upload
from mockserver.state.rows import Rows


class Indexes:
    """What all accounts have, by its ids.

    Attributes:
        outputs: By their ids; they are public.
        uploads: The same of files.
        owners: Whose a job is, by the id under which it is kept.
        owners_of_handled: The same by the request's own id, where the job is kept under an opaque
            one.
    """

    outputs: Rows[str, Output]
    uploads: Rows[str, Upload]
    owners: Rows[str, str]
    owners_of_handled: Rows[str, str]


class MemoryIndexes(Indexes):
    """The same, kept in this process."""

    def __init__(self) -> None:
        self.outputs: CompactingDict[str, Output] = CompactingDict()
        self.uploads: CompactingDict[str, Upload] = CompactingDict()
        self.owners: CompactingDict[str, str] = CompactingDict()
        self.owners_of_handled: CompactingDict[str, str] = CompactingDict()

    def clear(self) -> None:
        """Forget all of it."""
        self.outputs.clear()
        self.uploads.clear()
        self.owners.clear()
        self.owners_of_handled.clear()
