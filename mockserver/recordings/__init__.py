"""Exchanges with the real service, kept as files without a secret in them.

What was seen is `facts.observed.Observed`. `redact` makes a `RedactedExchange` of it, which nothing
else can, and the writer takes nothing else.
"""
