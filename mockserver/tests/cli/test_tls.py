"""`segmock serve --tls`, and `segmock ca`, as their users have them."""

from __future__ import annotations

import os
import ssl
import subprocess

import httpx
import pytest
import trustme

from mockserver.edges.authority_store import FOLDER_VARIABLE
from mockserver.tests.cli.results import assert_refused
from mockserver.tests.conftest import KEY
from mockserver.tests.processes import serving


@pytest.fixture(autouse=True)
def _folder(monkeypatch, tmp_path):
    """Have the authority in a folder of the test's."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "authority"))


@pytest.fixture
def own(tmp_path):
    """A certificate of one's own in `cert.pem`, its key in `key.pem`; return its authority."""
    authority = trustme.CA()
    leaf = authority.issue_cert("127.0.0.1")
    leaf.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    leaf.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    return authority


def read_credits(url: str, trusted: str) -> int:
    """Ask for the credits of a new account, by a client that trusts these certificates alone."""
    context = ssl.create_default_context(cadata=trusted)
    with httpx.Client(verify=context, trust_env=False) as client:
        answer = client.get(f"{url}/v1/get-user-credits", headers={"x-api-key": KEY})
        assert answer.status_code == 200
        return answer.json()["credits"]


def test_ca_prints_the_authority_of_serve(run, tmp_path):
    """A client that is told of it takes the server, curl too, and so do the project's own tools."""
    pem = run("ca").output
    (tmp_path / "ca.pem").write_text(pem)
    folder = {FOLDER_VARIABLE: os.environ[FOLDER_VARIABLE]}
    with serving("--tls", cwd=tmp_path, env=folder) as served:
        assert served.url.startswith("https://127.0.0.1:")
        assert read_credits(served.url, pem) == 100
        curl = ["curl", "--noproxy", "*", "-sS", "--cacert", str(tmp_path / "ca.pem")]
        done = subprocess.run(
            [*curl, "-H", f"x-api-key: {KEY}", f"{served.url}/v1/get-user-credits"],
            check=True,
            capture_output=True,
            text=True,
        )
        assert '"credits":100' in done.stdout.replace(" ", "")
        assert "serves at" in run("ping", "--url", served.url).output
    assert run("ca").output == pem
    assert "KEY" not in pem


def test_a_certificate_of_ones_own_is_served(own, tmp_path):
    """Its authority is what clients are to trust."""
    files = ("--tls-cert", str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem"))
    with serving(*files, cwd=tmp_path) as served:
        assert read_credits(served.url, own.cert_pem.bytes().decode()) == 100


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--tls-key", "key.pem"], ["--tls-key", "--tls-cert"]),
        (["--tls-cert", "none.pem"], ["none.pem", "no such file"]),
        (["--tls-cert", "cert.pem", "--tls-key", "none.pem"], ["none.pem", "no such file"]),
        (["--tls-cert", "cert.pem"], ["cert.pem", "no certificate with its key"]),
        (["--tls-cert", "key.pem", "--tls-key", "cert.pem"], ["key.pem and cert.pem"]),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("own")
def test_files_that_cannot_be_are_refused(run, monkeypatch, tmp_path, flags, said):
    """In one line that names them and says what is wanted."""
    monkeypatch.chdir(tmp_path)
    assert_refused(run("serve", *flags), *said)


def test_an_authority_that_cannot_be_kept_is_refused(run, monkeypatch, tmp_path):
    """In one line that says what to do instead."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "file"))
    for command in (["serve", "--tls"], ["ca"]):
        assert_refused(run(*command), FOLDER_VARIABLE)
