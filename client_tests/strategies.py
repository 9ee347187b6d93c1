"""The public name of `cases.strategies`: strategies of parameters, behaviours and whole cases."""

from __future__ import annotations

from client_tests.cases.strategies import *  # noqa: F403
