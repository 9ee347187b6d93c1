"""Running a program, of whatever language, so that the vendor's hosts are the emulator.

May use the emulator and all below it.
"""
