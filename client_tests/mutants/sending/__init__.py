"""Mutants that send something else than they were given, or the key to the wrong place."""
