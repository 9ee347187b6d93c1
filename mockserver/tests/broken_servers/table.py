"""All servers that differ, by name."""

from __future__ import annotations

from mockserver.tests.broken_servers import money, sound, states
from mockserver.tests.broken_servers.defect import Defect
from mockserver.tests.broken_servers.server import Alteration

SOUND = Defect("sound", "", "nothing", Alteration)

DEFECTS = (*states.DEFECTS, *money.DEFECTS)
"""Each breaks a fact."""

NON_DEFECTS = sound.NON_DEFECTS
"""None breaks any."""

SERVERS = {each.name: each for each in (SOUND, *DEFECTS, *NON_DEFECTS)}
