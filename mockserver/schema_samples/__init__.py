"""JSON documents made for any JSON Schema, within a budget of work that is paid for beforehand.

May use `base`.
"""
