"""A recording of the real service, held against the register and the contracts."""
