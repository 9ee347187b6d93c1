"""segmock's conformance kit: any client of the gateway, in any language, held to its contract.

A client takes part through a *driver*, a program that speaks JSON lines (`protocol`). A *case*
says how the server behaves and what is asked of the client (`cases`); cases are written by hand
(`scenarios/`) or generated (`properties`). A *bench* plays a case to a driver on a server of its
own (`benches`), and what happened is judged from the server's journal (`oracle`, `judges`).
"""
