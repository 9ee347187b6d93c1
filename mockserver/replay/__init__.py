"""A gateway that answers as a recording did, on the virtual clock of who asks.

An index is what a recording says, indexed once; an account has a story of its own, which is how far
it has come on the index and under which ids. May use `gateway`, `recordings` and what these use;
does no input or output and never waits.
"""
