"""Loads the hook of `segmock exec`, and then the `sitecustomize` that would have been loaded.

Every Python that the program starts reads this, those too that are too old for the hook.
"""

import sys

if sys.version_info >= (3, 8):
    import segmock_exec_hook

    segmock_exec_hook.install()
    segmock_exec_hook.load_next(__name__, __file__)
