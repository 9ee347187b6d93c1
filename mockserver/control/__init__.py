"""The control plane as plain calls: what a test author can ask of the emulator, and change.

One module for each noun, and `control` with the whole.

May use `gateway`, `verdicts`, `state` and what they use; HTTP is the matter of `edges`.
"""
