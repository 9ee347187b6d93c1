"""What is known about the API: `contracts/` loaded, checked and compiled, and never changed.

May use `base` and `schema_samples`.
"""
