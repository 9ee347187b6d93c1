"""Clients and drivers that come with the kit.

They may touch the words of `cases/outcomes`, and nothing of what judges them.
"""
