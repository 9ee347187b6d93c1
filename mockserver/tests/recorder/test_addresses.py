"""Which hosts can be reached through the recorder, and who is told the key."""

from __future__ import annotations

import pytest

from mockserver.recorder.addresses import Addresses, InterceptedAddresses, ReverseAddresses
from mockserver.recorder.origins import Origin

UPSTREAM = Origin("https", "api.segmind.com", 443)
STAND_IN = Origin("http", "127.0.0.1", 9000)
OWN = Origin("http", "127.0.0.1", 8766)
BUCKET = Origin("https", "bucket.example.com", 443)


def know(addresses: Addresses) -> Addresses:
    """Have an answer name an output."""
    addresses.learn([BUCKET])
    return addresses


REACHED = {
    "/v2/x?a=%2F": ("https://api.segmind.com/v2/x?a=%2F", True),
    "/-/images.segmind.com/a%2Fb.png": ("https://images.segmind.com/a%2Fb.png", False),
    "/-/cloud.segmind.com/x": ("https://cloud.segmind.com/x", True),
    "/-/bucket.example.com/x?sig=1": ("https://bucket.example.com/x?sig=1", False),
    "/-/bucket.example.com": ("https://bucket.example.com/", False),
    "/-/bucket.example.com?x": ("https://bucket.example.com/?x", False),
    "/-": ("https://api.segmind.com/-", True),
}
NOWHERE = [
    "/-/example.com/x",
    "/-/169.254.169.254/latest/meta-data",
    "/-/127.0.0.1:22/",
    "/-http/bucket.example.com/x",
    "/-/bucket.example.com:8443/x",
    "/-http/api.segmind.com/x",
    "/-/images.segmind.com:22/x",
    "/-/segmind.com.example/x",
    "/-/user@bucket.example.com/x",
    "/-/[::1]/x",
]


@pytest.mark.parametrize(("path", "reached"), REACHED.items())
def test_the_vendors_hosts_and_those_of_outputs_are_reached(path, reached):
    """The key is for hosts that ask for one."""
    target = know(ReverseAddresses(UPSTREAM)).find_target(OWN, path.encode())
    assert (target.url, target.bears_key) == reached
    assert target.path.decode() == target.url.removeprefix(target.origin.root)


@pytest.mark.parametrize("path", NOWHERE)
def test_no_other_host_is_reached(path):
    """Whoever can ask the recorder cannot ask the machine's neighbours through it."""
    assert know(ReverseAddresses(UPSTREAM)).find_target(OWN, path.encode()) is None
    program = Origin("https", "api.segmind.com", 443)
    assert know(InterceptedAddresses(None)).find_target(program, path.encode()) is None


def test_a_stand_in_is_told_the_key_and_its_own_name():
    """It is whom the user has named."""
    target = ReverseAddresses(STAND_IN).find_target(OWN, b"/v2/x")
    assert (target.url, target.host, target.bears_key) == (
        "http://127.0.0.1:9000/v2/x",
        "127.0.0.1:9000",
        True,
    )


@pytest.mark.parametrize("host", ["api.segmind.com", "cloud.segmind.com"])
def test_each_host_of_a_program_is_asked_itself(host):
    """Or the stand-in is asked by its name, and recorded by it."""
    own = Origin("https", host, 443)
    alone = InterceptedAddresses(None).find_target(own, b"/x?y")
    through = InterceptedAddresses(STAND_IN).find_target(own, b"/x?y")
    assert alone.url == through.url == f"https://{host}/x?y"
    assert (alone.origin, through.origin) == (own, STAND_IN)
    assert alone.host == through.host == host
    assert alone.bears_key
    assert through.bears_key


def test_a_program_finds_nothing_else_here():
    """Neither a control plane nor the host of somebody else."""
    for host in ("127.0.0.1", "example.com"):
        assert InterceptedAddresses(None).find_target(Origin("https", host, 443), b"/x") is None


def test_nobody_is_told_a_key_in_plain_text_because_an_answer_says_so():
    """Though the name is that of an API host."""
    addresses = ReverseAddresses(Origin("https", "api.segmind.com", 443))
    plain = Origin("http", "api.segmind.com", 80)
    addresses.learn([plain])
    target = addresses.find_target(Origin("http", "127.0.0.1", 8766), b"/-http/api.segmind.com/x")
    assert (target.origin, target.bears_key) == (plain, False)


@pytest.mark.parametrize("host", ["evil.example%2f", "evil.example%23", "a%00", "a+b", "a'b"])
def test_a_host_that_no_name_server_knows_leads_nowhere(host):
    """Though it ends as the vendor's do: who reads it could take it for another."""
    addresses = ReverseAddresses(Origin("https", "api.segmind.com", 443))
    path = f"/-/{host}.segmind.com/x".encode()
    assert addresses.find_target(Origin("http", "127.0.0.1", 8766), path) is None
