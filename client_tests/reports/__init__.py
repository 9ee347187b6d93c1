"""What a run of the kit found, told to people (terminal, HTML) and to programs (JSON, JUnit).

It may touch results and what they consist of; it runs nothing.
"""
