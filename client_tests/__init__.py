"""segmock's conformance kit: any client of the gateway, in any language, held to its contract.

A client takes part through a *driver*, a program that speaks JSON lines (`driver.messages`). A
*case* says how the server behaves and what is asked of the client (`cases.model`); cases are
written by hand (`cases.suites`) or generated (`cases.properties`). A *test bed* runs a case with a
driver on a server of its own (`running.testbed`), and what a client did wrong in it is read off
the server's journal (`judging.oracle`, `judging.assertions`).
"""
