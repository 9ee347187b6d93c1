"""Mutants that ask too often, too rarely, too long or not long enough, or misread a state."""
