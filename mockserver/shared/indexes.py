"""What is found by an id alone, as every process of a store knows it: a hash for each kind."""

from __future__ import annotations

from mockserver.rules.outputs import Output
from mockserver.rules.uploads import Upload
from mockserver.shared.codecs import TEXTS, ModelCodecs
from mockserver.shared.containers import SharedRows, make_msgpack_codec
from mockserver.shared.names import Names
from mockserver.shared.session import Session
from mockserver.state.indexes import Indexes


class SharedIndexes(Indexes):
    """What all accounts have, by its ids.

    Args:
        session: The transactions.
        codecs: Of outputs.
        names: Under which keys things are kept.
    """

    def __init__(self, session: Session, codecs: ModelCodecs, names: Names) -> None:
        self._names = names
        self.outputs: SharedRows[str, Output] = SharedRows(session, "", codecs.outputs)
        self.uploads: SharedRows[str, Upload] = SharedRows(session, "", make_msgpack_codec(Upload))
        self.owners: SharedRows[str, str] = SharedRows(session, "", TEXTS)
        self.owners_of_handled: SharedRows[str, str] = SharedRows(session, "", TEXTS)
        self.rename()

    def rename(self) -> None:
        """Have all of it be of the world's epoch."""
        self.outputs.rename(self._names.of_all("outputs"))
        self.uploads.rename(self._names.of_all("uploads"))
        self.owners.rename(self._names.of_all("owners"))
        self.owners_of_handled.rename(self._names.of_all("owners-of-handled"))
