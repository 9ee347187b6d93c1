"""What hostile clients send to a real server, and what others see of it meanwhile.

`watching` asks for a job's state all the while, on a connection and in a process of its own;
`benches` has the server, and the clients that do not care what comes back; `bodies`, `heads` and
`crowds` have the rows of the table. `test_assault` goes through it.
"""
