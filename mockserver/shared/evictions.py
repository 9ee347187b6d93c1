"""Which accounts had to leave for want of room, as every process of a store knows it."""

from __future__ import annotations

from mockserver.shared.names import Names
from mockserver.shared.session import Session
from mockserver.state.evictions import MAX_KEYS

_NOTE = """
local by_key, order, totals = KEYS[1], KEYS[2], KEYS[3]
redis.call('HINCRBY', by_key, ARGV[1], ARGV[2])
redis.call('HINCRBY', totals, 'lost', ARGV[2])
redis.call('ZADD', order, redis.call('HINCRBY', totals, 'evicted', 1), ARGV[1])
if redis.call('ZCARD', order) > tonumber(ARGV[3]) then
  redis.call('HDEL', by_key, redis.call('ZPOPMIN', order)[1])
end
"""

_FORGET = """
local by_key, order, totals = KEYS[1], KEYS[2], KEYS[3]
local lost = tonumber(redis.call('HGET', by_key, ARGV[1]) or 0)
redis.call('HDEL', by_key, ARGV[1])
redis.call('ZREM', order, ARGV[1])
if lost > 0 then redis.call('HINCRBY', totals, 'lost', -lost) end
"""


class SharedEvictions:
    """Accounts that had to leave, so that nobody takes their silence for a clean record.

    Args:
        session: The transactions.
        names: Under which keys things are kept.
    """

    def __init__(self, session: Session, names: Names) -> None:
        self._session = session
        self.names = names

    @property
    def count(self) -> int:
        """How many accounts had to leave."""
        return self._read("HGET", self.names.totals, "evicted")

    @property
    def lost(self) -> int:
        """How many exchanges went with them."""
        return self._read("HGET", self.names.totals, "lost")

    def lost_of(self, api_key: str) -> int:
        """Return how many exchanges of a key were lost since it was last reset."""
        return self._read("HGET", self.names.evictions, api_key)

    def note(self, api_key: str, lost: int) -> None:
        """Note that an account had to leave with so many exchanges in its journal."""
        keys = self._list_keys()
        self._session.write("EVAL", _NOTE, len(keys), *keys, api_key, lost, MAX_KEYS)

    def forget(self, api_key: str | None) -> None:
        """Forget what a key has lost, or what all have, as when it is reset."""
        keys = self._list_keys()
        if api_key is None:
            self._session.write("UNLINK", *keys[:2])
            self._session.write("HDEL", self.names.totals, "lost")
        else:
            self._session.write("EVAL", _FORGET, len(keys), *keys, api_key)

    def _list_keys(self) -> tuple[str, str, str]:
        names = self.names
        return names.evictions, names.evicted, names.totals

    def _read(self, *command: str) -> int:
        return int(self._session.read(command)[0] or 0)
