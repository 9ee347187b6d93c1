"""Clients and drivers that come with the kit."""
