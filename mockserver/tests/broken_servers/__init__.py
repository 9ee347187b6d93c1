"""Servers that stand in for the service: a sound one, and many of which each breaks one fact.

Each is an emulator behind an ASGI application that changes what comes in or goes out; the emulator
itself is never touched. `python -m mockserver.tests.broken_servers` serves them over TLS.
"""
