"""Asking the real service itself, for nothing or for a few cents, whether the facts hold."""
