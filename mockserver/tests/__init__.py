"""The emulator's own tests, one file for each module."""
