"""The behaviour register and the tests name each other."""

import json

from mockserver.contract.catalogue import Catalogue
from mockserver.tests import unknowns
from mockserver.tests.register import REGISTER, marked_tests, updated


def test_every_fact_has_a_test_or_says_why_not():
    """A testable fact is shown by at least one test; another gives its reason."""
    marked = marked_tests()
    rows = Catalogue().behaviours
    assert [row.id for row in rows if row.testable and row.id not in marked] == []
    assert all(row.reason for row in rows if not row.testable)


def test_every_mark_names_a_fact():
    """No test claims a fact that the register does not have, or that cannot be tested."""
    testable = {row.id for row in Catalogue().behaviours if row.testable}
    assert set(marked_tests()) - testable == set()


def test_the_register_names_the_tests_that_there_are():
    """What GET /_mock/behaviours says of tests is true; `make facts` makes it so."""
    document = json.loads(REGISTER.read_text())
    assert updated(document, marked_tests()) == document


def test_the_page_about_what_is_not_known_says_what_the_register_says():
    """Each inferred fact has a row, in the one table or the other; `make facts` writes them."""
    rows = json.loads(REGISTER.read_text())["behaviours"]
    page = unknowns.PAGE.read_text()
    assert unknowns.render_page(page, rows) == page
    told = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
    assert sorted(told) == sorted(row["id"] for row in rows if "inferred" in row["evidence"])


def test_every_fact_that_the_data_names_is_in_the_register():
    """Errors, routes and plans rest on facts of the register."""
    catalogue = Catalogue()
    known = {row.id for row in catalogue.behaviours}
    named = {fact for row in catalogue.errors.values() for fact in row.facts}
    named |= {fact for row in catalogue.routes for fact in row.facts}
    named |= {fact for row in catalogue.plans.values() for fact in row.facts}
    assert named - known == set()


def test_every_error_is_answered_somewhere():
    """Each row of the error table belongs to a route, or to no route at all."""
    catalogue = Catalogue()
    answered = {row for r in catalogue.routes for answer in r.answers for row in answer.errors}
    stray = {
        "unknown_route",
        "method_not_allowed",
        "triggered",
        "triggered_page",
        "emulator_failed",
        "store_gone",
    }
    assert set(catalogue.errors) == answered | stray
