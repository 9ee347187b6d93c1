"""What a journal says about a client: which rules it broke, and with which requests.

Reads `state`, and writes nothing.
"""
