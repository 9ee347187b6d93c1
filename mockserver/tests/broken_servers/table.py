"""All servers that differ, by name."""

from __future__ import annotations

from mockserver.tests.broken_servers import (
    blocking,
    money,
    others,
    refusals,
    results,
    sound,
    states,
    submission,
)
from mockserver.tests.broken_servers.defect import Defect
from mockserver.tests.broken_servers.server import Alteration

SOUND = Defect("sound", "", "nothing", Alteration)

_MODULES = (states, money, refusals, submission, blocking, results, others)

DEFECTS = tuple(defect for module in _MODULES for defect in module.DEFECTS)
"""Each breaks a fact."""

NON_DEFECTS = sound.NON_DEFECTS
"""None breaks any."""

SERVERS = {each.name: each for each in (SOUND, *DEFECTS, *NON_DEFECTS)}
