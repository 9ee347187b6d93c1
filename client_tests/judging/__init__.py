"""What happened in a case, and what a client did wrong in it.

It may touch cases and messages; it starts nothing and asks nothing: a trace is all that it reads.
"""
