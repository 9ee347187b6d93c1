"""Rules about where a client puts its key."""

from __future__ import annotations

from urllib.parse import parse_qsl

from mockserver.contract.routing import find_names
from mockserver.state.journal import Entry
from mockserver.verdicts.exchanges import FILES, RUNS, read_header

KEY_PARAMETERS = {"api_key", "apikey", "api-key", "x-api-key", "key", "token"}
"""Query parameters under which clients send a key, though none belongs there."""

_KEYLESS = find_names(lambda route: not route.key)


def find_keys_in_queries(entries: list[Entry]) -> list[int]:
    """Find queries that hold a key: by the parameter's name, or because it is this account's."""
    keys = {entry.api_key for entry in entries if entry.api_key}
    return [entry.seq for entry in entries if _has_key_in_query(entry, keys)]


def _has_key_in_query(entry: Entry, keys: set[str]) -> bool:
    pairs = parse_qsl(entry.request.query)
    return any(name.lower() in KEY_PARAMETERS or value in keys for name, value in pairs)


def find_keys_as_bearer(entries: list[Entry]) -> list[int]:
    """Find runs with a Bearer token (A4)."""
    return [
        entry.seq
        for entry in entries
        if entry.route in RUNS
        and read_header(entry, b"authorization").lower().startswith(b"bearer ")
    ]


def find_keys_to_outputs(entries: list[Entry]) -> list[int]:
    """Find downloads with a key, which they do not need (R7)."""
    return [
        entry.seq
        for entry in entries
        if entry.route in FILES
        and (read_header(entry, b"x-api-key") or read_header(entry, b"authorization"))
    ]


def find_calls_without_key(entries: list[Entry]) -> list[int]:
    """Find calls that needed a key and had none, not even in a wrong place (A2)."""
    return [
        entry.seq
        for entry in entries
        if entry.route not in _KEYLESS
        and not entry.api_key
        and not read_header(entry, b"authorization")
        and not _has_key_in_query(entry, set())
    ]
