"""What a program of another Python, or of Node, Java or PHP, loads when it starts.

These files are copied into the folder of a run. Those in Python are no part of this package there:
they run in any Python from 3.8 on that need not have segmock, and use its standard library alone.
"""
