"""What a driver gets wrong about the protocol, apart from any verdict on its client.

It may touch whatever runs a case; reports, mutants and clients are not its business.
"""
