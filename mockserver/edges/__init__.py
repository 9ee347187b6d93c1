"""Where bytes, real time and connections are: the only impure part of the emulator."""
