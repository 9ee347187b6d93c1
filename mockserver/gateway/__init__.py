"""The data plane: a request goes in, an outcome comes out, and what was decided is committed.

May use `state` and what that uses; does no input or output and never waits.
"""
