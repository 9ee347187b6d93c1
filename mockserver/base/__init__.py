"""Words that everything else uses: errors, time, ids, text on the wire, and bounds.

Imports nothing of the emulator.
"""
