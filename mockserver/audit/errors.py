"""Why a suite cannot be audited."""

from __future__ import annotations

from mockserver.base.errors import EmulatorError

_POINT = (
    "use the fixture `segmock` or `segmock_respx`, `with segmock()`, or a server of your own by "
    "`segmock serve`; or have your client call the URL in the variable SEGMOCK_URL, which is set"
)


class SuiteFailedError(EmulatorError):
    """The suite does not pass as it is, so nobody can tell what it would notice.

    Attributes:
        output: The end of what it printed.
    """

    def __init__(self, exit_code: int | None, output: str) -> None:
        super().__init__(
            f"the suite fails without any mutant: exit {exit_code}",
            hint="an audit begins with tests that pass; what they printed stands above",
        )
        self.output = output


class NothingReachedError(EmulatorError):
    """No test has called an emulator of segmock's."""

    def __init__(self) -> None:
        super().__init__("no test called segmock", hint=_POINT)


class NotRepeatableError(EmulatorError):
    """The suite passes once, and cannot be run again.

    Attributes:
        output: The end of what it printed.
    """

    def __init__(self, output: str) -> None:
        super().__init__(
            "the suite ran once, and no test of it began when it was run again",
            hint="what it printed stands above; does its command delete or move something?",
        )
        self.output = output
