"""Mutants that ask too often, too rarely, too long or not long enough, or misread a state."""

from __future__ import annotations

from client_tests.mutants.waiting import concurrency, deadlines, hurry, limits, polls, states

__all__ = ["concurrency", "deadlines", "hurry", "limits", "polls", "states"]
