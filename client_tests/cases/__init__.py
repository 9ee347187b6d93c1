"""Cases as data: what they are, the written ones, and those that strategies generate.

It may touch the schemas and the files of `contracts/`; it knows no driver and no server.
"""
