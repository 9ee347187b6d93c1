"""The properties: what a right client does whatever the server does, over generated cases.

Each names a strategy of cases with all that is expected of them, so that an example which fails
can be saved as a file and played again; the oracle and the other assertions look at each as well.
"""

from __future__ import annotations

from client_tests.cases.properties import calls, damage, progress, refusals, sequences
from client_tests.cases.properties.property import Property

__all__ = ["PROPERTIES", "Property", "properties"]

PROPERTIES = (
    Property(
        id="property/params-arrive",
        title="Every parameter reaches the model as it was given, whatever it is called",
        facts=("S1", "R2"),
        cases=progress.params_arrive,
    ),
    Property(
        id="property/params-arrive-v1",
        title="Every parameter reaches the model as it was given, on v1 too",
        facts=("R1", "V1"),
        cases=progress.params_arrive_v1,
        feature="run_sync",
    ),
    Property(
        id="property/params-arrive-any-model",
        title="Every parameter reaches the model as it was given, however little is known of it",
        facts=("S1", "R2", "P4"),
        cases=progress.any_model,
        level="SHOULD",
        share=0.5,
    ),
    Property(
        id="property/states",
        title="However long a job stays in which state, COMPLETED yields its result and FAILED "
        "its error",
        facts=("T1", "T2", "T3", "T4"),
        cases=progress.states,
    ),
    Property(
        id="property/poll-faults",
        title="A poll that goes wrong now and then changes nothing about the outcome",
        facts=("S2", "T4", "E6"),
        cases=progress.poll_faults,
    ),
    Property(
        id="property/no-double-charge",
        title="No call is paid for twice: a run that may have been accepted is not sent again",
        facts=("S2", "E7"),
        cases=progress.no_double_charge,
    ),
    Property(
        id="property/refusals-end",
        title="A refusal that no repetition heals ends the call at once, under its own name",
        facts=("E1", "E2", "E3", "E4", "A3", "A6"),
        cases=refusals.refusals_end,
    ),
    Property(
        id="property/rate-limit",
        title="After a 429 nothing is asked again until the instant that it names",
        facts=("E5", "L2"),
        cases=refusals.rate_limit,
        share=0.06,
    ),
    Property(
        id="property/gone",
        title="A job that has expired ends the call as not found",
        facts=("T6", "T7"),
        cases=refusals.gone,
        share=0.5,
    ),
    Property(
        id="property/unknown-things",
        title="States and fields that nobody has heard of break nothing",
        facts=("T8b", "O1"),
        cases=progress.unknown_things,
    ),
    Property(
        id="property/garbled",
        title="An answer that is no answer never crashes the client, nor passes for success",
        facts=("E1", "E6", "S2"),
        cases=damage.garbled,
    ),
    Property(
        id="property/deadline",
        title="The deadline holds, whether the job or an answer takes too long",
        facts=("T1", "S2"),
        cases=damage.deadline,
        share=0.12,
    ),
    Property(
        id="property/deadline-in-drops",
        title="The deadline holds though an answer comes byte by byte",
        facts=("T1", "S2"),
        cases=damage.drips,
        level="SHOULD",
        share=0.03,
    ),
    Property(
        id="property/key",
        title="The key goes with every call to the API, and never with a download",
        facts=("A1", "A2", "A4", "R7"),
        cases=calls.key,
        share=0.5,
    ),
    Property(
        id="property/concurrent",
        title="Calls made at the same time each have their own result, or their own failure",
        facts=("S2", "O1", "T4"),
        cases=sequences.concurrent,
        share=0.3,
    ),
    Property(
        id="property/one-after-another",
        title="A call is answered by what was shown to it, whatever was shown to those before it",
        facts=("S2", "T4", "E1", "O1"),
        cases=sequences.one_after_another,
    ),
    Property(
        id="property/downloads",
        title="A download yields the file byte by byte, or says what went wrong",
        facts=("R7",),
        cases=calls.downloads,
        feature="download",
        share=0.5,
    ),
    Property(
        id="property/anything",
        title="Whatever the server does, the client reports what it was shown",
        facts=("S2", "T1", "T4", "T6", "E1"),
        cases=calls.anything,
    ),
)


def properties() -> list[Property]:
    """Return every property."""
    return list(PROPERTIES)
