"""Hypothesis strategies for clients of the gateway, derived from `contracts/`.

They are public: write properties of your own with them.

```python
from hypothesis import given
from client_tests import strategies

@given(strategies.params("ideogram-3"))
def test_my_client_sends_what_it_is_given(params): ...
```

What to send: `texts`, `json_values`, `names`, `values` (by a schema), `params` (of one model) and
`payloads` (of any, or of a level; `slugs` lists them). How the server behaves: `schedules`,
`poll_faults`, `garblings`, `refusals`, `lost_answers` and `additions`, each a tuple of
`cases.Effect`; `behaviours` mixes them. Whole programs: `asks` and `cases`.

No generated prompt begins with `mock:`, which is how segmock's triggers are asked for.
"""

from __future__ import annotations

from client_tests.cases.contracts import Level, slugs
from client_tests.cases.strategies.behaviours import (
    MALFORMED,
    MAX_POLL_FAULTS,
    REFUSALS,
    SMALL_DELAYS_S,
    Behaviour,
    Injection,
    additions,
    behaviours,
    delays,
    dropped_fields,
    errors,
    fail_with,
    garblings,
    lost_answers,
    place,
    poll_faults,
    rate_limits,
    refusals,
    schedules,
    server_errors,
    small_json,
    strikes,
    transient_faults,
    unknown_states,
)
from client_tests.cases.strategies.conversations import conversations
from client_tests.cases.strategies.parameters import (
    MODEL,
    PROMPT,
    params,
    payloads,
    response_formats,
)
from client_tests.cases.strategies.programs import (
    POLL_INTERVAL_S,
    ask,
    asks,
    case,
    cases,
)
from client_tests.cases.strategies.values import (
    CONTROL_NAMES,
    LARGEST_INTEGER,
    LIKELY_NAMES,
    TRICKY_TEXTS,
    json_values,
    large_texts,
    names,
    numbers,
    prompts,
    texts,
    uris,
    values,
)

__all__ = [
    "CONTROL_NAMES",
    "LARGEST_INTEGER",
    "LIKELY_NAMES",
    "MALFORMED",
    "MAX_POLL_FAULTS",
    "MODEL",
    "POLL_INTERVAL_S",
    "PROMPT",
    "REFUSALS",
    "SMALL_DELAYS_S",
    "TRICKY_TEXTS",
    "Behaviour",
    "Injection",
    "Level",
    "additions",
    "ask",
    "asks",
    "behaviours",
    "case",
    "cases",
    "conversations",
    "delays",
    "dropped_fields",
    "errors",
    "fail_with",
    "garblings",
    "json_values",
    "large_texts",
    "lost_answers",
    "names",
    "numbers",
    "params",
    "payloads",
    "place",
    "poll_faults",
    "prompts",
    "rate_limits",
    "refusals",
    "response_formats",
    "schedules",
    "server_errors",
    "slugs",
    "small_json",
    "strikes",
    "texts",
    "transient_faults",
    "unknown_states",
    "uris",
    "values",
]
