"""Rules about where a client puts its key."""

from __future__ import annotations

from urllib.parse import parse_qsl

from mockserver.contract.routing import find_names
from mockserver.state.journal import Exchange
from mockserver.verdicts.exchanges import FILES, RUNS, read_header

KEY_PARAMETERS = {"api_key", "apikey", "api-key", "x-api-key", "key", "token"}
"""Query parameters under which clients send a key, though none belongs there."""

_KEYLESS = find_names(lambda route: not route.key)


def find_keys_in_queries(exchanges: list[Exchange]) -> list[int]:
    """Find queries that hold a key: by the parameter's name, or because it is this account's."""
    keys = {exchange.api_key for exchange in exchanges if exchange.api_key}
    return [exchange.seq for exchange in exchanges if _has_key_in_query(exchange, keys)]


def _has_key_in_query(exchange: Exchange, keys: set[str]) -> bool:
    pairs = parse_qsl(exchange.request.query)
    return any(name.lower() in KEY_PARAMETERS or value in keys for name, value in pairs)


def find_keys_as_bearer(exchanges: list[Exchange]) -> list[int]:
    """Find runs with a Bearer token (A4)."""
    return [
        exchange.seq
        for exchange in exchanges
        if exchange.route in RUNS
        and read_header(exchange, b"authorization").lower().startswith(b"bearer ")
    ]


def find_keys_to_outputs(exchanges: list[Exchange]) -> list[int]:
    """Find downloads with a key, which they do not need (R7)."""
    return [
        exchange.seq
        for exchange in exchanges
        if exchange.route in FILES
        and (read_header(exchange, b"x-api-key") or read_header(exchange, b"authorization"))
    ]


def find_calls_without_key(exchanges: list[Exchange]) -> list[int]:
    """Find calls that needed a key and had none, not even in a wrong place (A2)."""
    return [
        exchange.seq
        for exchange in exchanges
        if exchange.route not in _KEYLESS
        and not exchange.api_key
        and not read_header(exchange, b"authorization")
        and not _has_key_in_query(exchange, set())
    ]
