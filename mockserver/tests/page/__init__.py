"""Tests of the page, in a browser: a package, since they share one until the last of them."""
