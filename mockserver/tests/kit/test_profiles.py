"""Each check belongs to a profile, and what is about money or the key to core."""

from dataclasses import replace

import pytest

from client_tests.cases import profiles
from client_tests.cases.catalogue import load_test_cases
from client_tests.cases.profiles import PROFILES, contains, profile_of, widest
from client_tests.judging.violations import Violation
from mockserver.tests.kit.reporting import case, failure, observation, report, result, submit

CHECKS = load_test_cases()


def test_a_line_of_the_table_speaks_for_each_check():
    """Whoever adds a group of cases says which profile it is in."""
    patterns = [pattern for pattern, _ in profiles._PROFILES]
    unsorted = [
        each.id
        for each in CHECKS
        if not any(profiles.fnmatchcase(each.id, pattern) for pattern in patterns)
    ]
    assert unsorted == [], "add a line to client_tests/cases/profiles.py"


@pytest.mark.parametrize(
    ("check", "profile"),
    [
        ("run/submit/reset-after-not-repeated", "core"),
        ("property/no-double-charge", "core"),
        ("property/key", "core"),
        ("run/parameters/numbers", "core"),
        ("run/status/503-before-first-recovers", "robust"),
        ("run/status/extra-fields-after-first-recovers", "core"),
        ("run/status/429-before-first-waits", "robust"),
        ("run/deadlines/silent-submit", "robust"),
        ("run/parameters/named-slug", "strict"),
    ],
)
def test_checks_are_sorted_by_what_they_ask(check, profile):
    """Core is about money, key and outcomes; robust about trouble and time."""
    (found,) = [each for each in CHECKS if each.id == check]
    assert profile_of(found) == profile


def test_what_a_client_should_do_is_strict():
    """Whatever it is about."""
    assert {profile_of(each) for each in CHECKS if each.level == "SHOULD"} == {"strict"}


def test_a_profile_contains_those_before_it():
    """So the widest of several says it all."""
    assert [contains("robust", each) for each in PROFILES] == [True, True, False]
    assert widest(["core", "strict", "robust"]) == "strict"


@pytest.mark.parametrize("wanted", PROFILES)
def test_paying_twice_is_core_wherever_it_happens(wanted):
    """In a SHOULD case with an exotic name, too."""
    twice = result("run/parameters/named-slug")
    assert twice.profile == "core"
    assert report(twice, profile=wanted).exit_code == 1


def test_a_core_check_that_fails_by_its_retries_alone_is_robust():
    """The cause decides: a key that nobody saw leave is kept, whatever poll was given up."""
    trace = observation(submit(1), outcome="rate_limited")
    early = Violation("called-before-reset", "MUST", "Too early.", ("E5",), (1,))
    failed = failure(case=case(), violations=(early,), trace=trace)
    hurried = result("property/key", failure=failed)
    assert hurried.profile == "robust"
    assert report(hurried, profile="core").exit_code == 0
    assert report(hurried).exit_code == 1
    assert replace(hurried, level="SHOULD").profile == "strict"
