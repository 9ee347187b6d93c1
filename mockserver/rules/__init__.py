"""How the gateway behaves, as arithmetic over values: nothing here keeps anything or answers.

May use `base`, `contract` and `media`.
"""
