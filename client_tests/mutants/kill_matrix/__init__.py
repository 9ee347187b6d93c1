"""The kill matrix: every mutant against every check.

    python -m client_tests.mutants.kill_matrix --write

plays what has changed since the last time and writes `build/matrix.json`, for programs. A mutant
is the reference but for the methods that it overrides; where the reference comes to none of them,
the two do the same, and the check is not played again. `--weak` lists the checks that nothing fails
but gross mutants, which nearly any check finds out. `docs/matrix.md`, for people, says what each
mutant does wrong and which check has to find it; nothing has to be played for that, so `--page`
writes it alone.
"""
