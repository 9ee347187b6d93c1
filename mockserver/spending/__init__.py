"""Money that is about to be spent: the worst that a call can cost, a budget, and its ledger.

Pure: where the ledger is kept, and when it is flushed, is for who spends.
"""
