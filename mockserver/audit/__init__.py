"""`segmock audit`: what the tests of a suite are worth when the server does what servers do.

`runner` plays a suite as it is, and once more for each mutant of the server (`mutants`) that its
tests reach; `records` reads what was written meanwhile by the emulators (`probe`) and the tests;
`judgement` says, from data alone, what was noticed. May use everything but the command line.
"""
