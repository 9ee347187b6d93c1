"""Mutants that misread answers: errors, bodies, files."""
