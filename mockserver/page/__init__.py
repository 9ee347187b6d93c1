"""The page to watch and steer with, in a browser: its files, which `edges` serves.

`static` has the page, as a browser loads it: modules and styles, without a step that builds them.
Everything else here tells of these files. May use `base` alone.
"""
