"""A reverse proxy in front of the real service that writes down what goes through it.

May use edges, recordings and spending, and all below them; it knows no emulator.
"""
