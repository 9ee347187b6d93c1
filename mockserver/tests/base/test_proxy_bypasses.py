"""What is asked past proxies stays so, and this machine's names come to it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.proxy_bypasses import LOOPBACK, VARIABLES, compute_bypasses

HOSTS = st.sampled_from(["example.org", ".internal", "10.0.0.1", " spaced.org ", "", *LOOPBACK])
LISTS = st.one_of(st.none(), st.just("*"), st.lists(HOSTS, max_size=4).map(",".join))


@given(upper=LISTS, lower=LISTS)
def test_the_names_of_this_machine_are_added_to_what_is_bypassed(upper, lower):
    """Nothing of either spelling is lost, nothing is twice, and both are the same afterwards."""
    given_values = {
        name: value
        for name, value in zip(VARIABLES, (upper, lower), strict=True)
        if value is not None
    }
    found = compute_bypasses(given_values)
    assert found["NO_PROXY"] == found["no_proxy"]
    assert compute_bypasses(found) == found
    names = found["NO_PROXY"].split(",")
    there = {host.strip() for value in given_values.values() for host in value.split(",")} - {""}
    if "*" in there:
        assert names == ["*"]
    else:
        assert sorted(names) == sorted(there | set(LOOPBACK))
