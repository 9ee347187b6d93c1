"""Histories: what clients that call at once saw of a server, and whether it can have been so."""
