"""A badge says which profile holds, and is a picture or JSON that others can read."""

import json
from xml.etree import ElementTree as ET

import pytest

from client_tests.reports.badge import render_badge, render_endpoint
from mockserver.tests.kit.reporting import report, result

PASSED = [result(name, "passed") for name in ("run/a", "run/status/x-recovers")]
FAILED = result("run/status/503-recovers", failure=None)
STRICT = result("run/parameters/named-x", "passed")


@pytest.mark.parametrize(
    ("results", "message"),
    [
        ([*PASSED, STRICT], "strict 3/3"),
        (PASSED, "robust 2/2"),
        ([*PASSED, FAILED], "core 2/3"),
        ([result("run/b", failure=None)], "failing 0/1"),
        ([*PASSED, result("run/c", "not run")], "2/3"),
        ([], "0/0"),
    ],
)
def test_a_badge_names_the_widest_profile_that_holds(results, message):
    """With how many checks passed of those that were to be run."""
    made = report(*results)
    root = ET.fromstring(render_badge(made))
    assert root.get("aria-label") == f"segmock: {message}"
    assert [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")][1] == message
    document = json.loads(render_endpoint(made))
    assert (document["label"], document["message"]) == ("segmock", message)
    assert document["color"] in render_badge(made)
