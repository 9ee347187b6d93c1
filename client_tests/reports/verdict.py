"""What the exit code of a run means, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator

from client_tests.cases.profiles import PROFILES, Profile, contains
from client_tests.plurals import count
from client_tests.reports.findings import find_findings
from client_tests.reports.summary import profile_counts
from client_tests.running.results import Report, Result


def verdict(report: Report) -> str:
    """Return what the exit code means: which profile holds, and what is wrong."""
    return f"Exit code {report.exit_code}: {_tell(report)}."


def _tell(report: Report) -> str:
    if report.interrupted_by is not None:
        return _tell_end(report, "the run was interrupted when")
    if report.broken_driver is not None:
        return _tell_end(report, "the driver broke its protocol when")
    if report.exit_code == 1:
        *first, last = _reasons(report)
        return f"{', '.join(first)}, and {last}" if first else last
    if report.exit_code:
        return f"{_tell_not_run(report)}; {_tell_held(report)}"
    return _tell_held(report)


def holds(report: Report, profile: Profile) -> bool | None:
    """Tell whether a profile holds; None if not all of it was run, or nothing passed.

    What is known or declared to fail does not hold, either.
    """
    counts = profile_counts(report)
    within = [counts[each] for each in PROFILES if contains(profile, each)]
    failed = {"MUST"} & {
        each.level
        for each in report.results
        if each.status == "failed" and contains(profile, each.profile)
    }
    if failed:
        return False
    has_all = not any(each["not run"] for each in within)
    return True if has_all and counts[profile]["passed"] else None


def join_words(words: list[str]) -> str:
    """Return words as a list in a sentence: `core, robust and strict`."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _tell_end(report: Report, when: str) -> str:
    """Return how far a run came that ended before its time."""
    done = len(report.results) - report.counts["not run"]
    failed = f", and {count(len(report.broken), 'MUST check')} failed" if report.broken else ""
    of_all = count(len(report.results), "check")
    return f"{when} {done} of {of_all} had been run{failed}"


def _tell_held(report: Report) -> str:
    """Return that every MUST of the profile held, and what was excused or is beyond it."""
    asked = [each for each in PROFILES if contains(report.profile, each)]
    is_all = not report.beyond
    of = "" if is_all else f" of {join_words([*asked])}"
    musts = [each for each in report.results if each.level == "MUST"]
    known = sum(each.known is not None for each in musts)
    declared = sum(each.known is None and each.declared is not None for each in musts)
    excuses = [count(known, "known failure")] if known else []
    excuses += [f"{count(declared, 'failure')} of declared traits"] if declared else []
    flaky = report.counts["flaky"]
    excuses += (
        [f"{count(flaky, 'check')} that {'was' if flaky == 1 else 'were'} flaky"] if flaky else []
    )
    but = f", but for {join_words(excuses)}" if excuses else ""
    beyond = "" if is_all else f"; beyond it {_tell_broken(report.beyond)}"
    return f"every MUST{of} that was checked held{but}{beyond}"


def _tell_broken(broken: tuple[Result, ...]) -> str:
    return f"{count(len(broken), 'MUST check')} failed"


def _reasons(report: Report) -> Iterator[str]:
    if not {"passed", "failed", "flaky"} & report.counts.keys():
        yield "nothing was checked"
    if report.broken:
        yield _tell_profiles(report)
    if report.counts["not run"]:
        yield _tell_not_run(report)
    if report.stale:
        is_one = len(report.stale) == 1
        lines = count(len(report.stale), "line")
        yield f"{lines} of --known-failing no longer {'holds' if is_one else 'hold'} true"
    if report.untrue:
        are = "is" if len(report.untrue) == 1 else "are"
        yield f"{count(len(report.untrue), 'trait')} of --traits {are} not so"


def _tell_profiles(report: Report) -> str:
    first = min((each.profile for each in report.broken), key=PROFILES.index)
    held = [each for each in PROFILES[: PROFILES.index(first)] if holds(report, each)]
    good = f"{held[-1]} holds, " if held else ""
    causes = sum(each.is_broken for each in find_findings(report))
    by = f", by {count(causes, 'cause')}"
    hold = "" if held else " hold"
    return f"{good}{first} does not{hold}: {_tell_broken(report.broken)}{by}"


def _tell_not_run(report: Report) -> str:
    number = report.counts["not run"]
    return f"{count(number, 'check')} {'was' if number == 1 else 'were'} not run"
