"""What the help of a command ends with: lines that can be copied."""

from __future__ import annotations


def render_examples(*lines: str) -> str:
    """Return the epilog of a command; click reads the backspace as "keep these lines"."""
    head = "Example:" if len(lines) == 1 else "Examples:"
    return "\n".join(["\b", head, *(f"  {line}" for line in lines)])
