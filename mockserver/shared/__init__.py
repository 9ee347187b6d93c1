"""A store that many processes share: accounts in one Redis or Valkey.

Nothing here decides anything; what becomes of accounts is decided by `state`. Only these modules
speak to Redis. redis-py comes with the extra `redis`.
"""
