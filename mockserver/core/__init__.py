"""The emulator without input or output: no socket, thread, timer, wall clock or global random."""
