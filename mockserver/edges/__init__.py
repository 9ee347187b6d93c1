"""Where bytes, real time and connections are: the only impure part of the emulator.

May use everything that does no input or output; nobody below imports it.
"""
