"""Seeded ids and draws: the same seed, key and ordinal give the same value, in any process.

Everything that looks random is a keyed hash of where it is used, so it does not depend on the
order in which calls interleave, and nobody without the seed and the key can guess it.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b, pbkdf2_hmac

SHOWN_OF_KEY = 4
"""Characters at the end of a key that are shown, so that keys can be told apart."""

_NAMED_BY, _ROUNDS, _NAME_BYTES = b"segmock account", 100, 6
"""The rounds make it slow to try keys out until one has the name that is shown."""


def make_id(seed: int, use: str, api_key: str, ordinal: int) -> str:
    """Return 32 hex digits for this use of this account's `ordinal`-th request."""
    state = _begin_keyed_hash(seed, use, api_key).copy()
    state.update(str(ordinal).encode())
    return state.hexdigest()


@lru_cache(maxsize=1024)
def _begin_keyed_hash(seed: int, use: str, api_key: str) -> blake2b:
    words = f"{use}\0{api_key}\0".encode("utf-8", "surrogatepass")
    return blake2b(words, digest_size=16, key=str(seed).encode())


def draw_integer(low: int, high: int, *where: object) -> int:
    """Draw an integer from `low` to `high`, both included, keyed by `where`."""
    return _fit_range(_begin_hash("\0".join(map(str, where))), low, high)


def _begin_hash(words: str) -> blake2b:
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8)


def _fit_range(state: blake2b, low: int, high: int) -> int:
    return low + int.from_bytes(state.digest()) % (high - low + 1)


class SeededRandom:
    """An endless row of draws: the same ones for the same `where`."""

    def __init__(self, *where: object) -> None:
        self._state = _begin_hash("".join(str(each) + "\0" for each in where))
        self._count = 0

    def draw_integer(self, low: int, high: int) -> int:
        """Draw the next integer from `low` to `high`, both included."""
        self._count += 1
        state = self._state.copy()
        state.update(str(self._count).encode())
        return _fit_range(state, low, high)


def normalize_id(request_id: str) -> str:
    """Return the spelling under which a job is stored: clients may write a dashed UUID (S1b)."""
    return request_id.replace("-", "").lower()


def redact_key(api_key: str) -> str:
    """Return a key as it may be shown: its last four characters, unless it has no others."""
    return f"...{api_key[-SHOWN_OF_KEY:]}" if len(api_key) > SHOWN_OF_KEY else "..."


@lru_cache(maxsize=16_384)
def name_account(api_key: str) -> str:
    """Return the name of a key's account, the same in every process: nobody finds the key by it."""
    raw = api_key.encode("utf-8", "surrogatepass")
    return f"account-{pbkdf2_hmac('sha512', raw, _NAMED_BY, _ROUNDS, _NAME_BYTES).hex()}"


def parse_key(raw: bytes) -> str:
    """Return the key that a header or a path holds as these bytes.

    They are UTF-8, as command lines and percent-encoded paths have it, or else Latin-1, as
    browsers and Python's clients send a header: so a key of letters beyond ASCII is one account,
    whoever sends it.
    """
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
