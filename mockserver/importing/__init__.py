"""Contracts of models, made of what others say about them: pages, lists, documents, payloads.

Texts come in and contracts come out; no file is opened here.
"""
