"""How long tests wait."""

PATIENCE_S = 600
"""How long a test waits for what must come, so that it ends where nothing comes: never a limit."""
