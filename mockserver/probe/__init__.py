"""What `segmock audit` has in the processes of a suite: emulators that strike, and a record of it.

The environment variable `SEGMOCK_AUDIT` names a folder, and every emulator that is made in a
process with that variable heeds it, wherever the suite makes one:

    mutant.json        the run: its number, the mutant's id and rules, and which tests are to run;
                       without the file nothing strikes
    plan.json          runs that one process of the suite may do one after the other
    exchanges/*.jsonl  what emulators have seen, a file for each process
    tests/*.jsonl      which tests began and ended, and whose account that is (`lines`)

Nothing of it is loaded where the variable is not set. May use stores, edges and all below them.
"""

FOLDER_VARIABLE = "SEGMOCK_AUDIT"
