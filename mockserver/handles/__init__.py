"""What a test holds of an emulator: an account, its control plane, and sleep in virtual time.

May use `edges`; the emulator hands these out, so they know nothing of it.
"""
