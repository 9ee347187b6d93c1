"""Other projects' tools against the OpenAPI document and the server: what `make openapi` runs."""
