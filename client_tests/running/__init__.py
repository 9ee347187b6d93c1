"""Running cases and properties: servers, accounts, workers, and what became of each check.

It may touch cases, drivers and assertions; it speaks to the emulator over HTTP alone.
"""
