"""A client under test as the kit speaks to it: the messages, and the process or object behind them.

It may touch the schemas; it knows no case and no server.
"""
