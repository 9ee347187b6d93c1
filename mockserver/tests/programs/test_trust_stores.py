"""The files by which programs trust a run's certificates, and what was trusted before."""

from __future__ import annotations

import subprocess

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import pkcs12

from mockserver.programs import trust_stores
from mockserver.programs.trust_stores import make_java_trust_store, write_trust_stores
from mockserver.programs.variables import BUNDLE_VARIABLES, JAVA_PASSWORD
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.tools import find_tool


def make_ca():
    """Return the certificate of a new authority."""
    return trustme.CA().cert_pem.bytes()


@pytest.fixture
def _no_system(monkeypatch):
    """Let the system trust nobody."""
    monkeypatch.setattr(trust_stores, "SYSTEM_BUNDLES", ())


@pytest.mark.usefixtures("_no_system")
def test_what_was_trusted_before_stays_trusted(tmp_path):
    """Each certificate is there once, the run's own first; what cannot be read is passed over."""
    own, *others = certificates = [make_ca() for _ in range(3)]
    mine = tmp_path / "mine.pem"
    mine.write_bytes(
        b"# a comment\n" + b"".join(others) + others[0] + b"-----BEGIN CERTIFICATE-----"
    )
    named = dict.fromkeys(BUNDLE_VARIABLES[:2], str(mine))
    environment = {
        **named,
        BUNDLE_VARIABLES[2]: str(tmp_path / "gone"),
        BUNDLE_VARIABLES[3]: str(tmp_path),
        BUNDLE_VARIABLES[4]: "",
    }
    bundle, *_ = write_trust_stores(tmp_path, own, environment)
    assert bundle.read_bytes() == b"".join(certificates)


@pytest.mark.parametrize("place", [0, 1])
def test_what_the_system_trusts_stays_trusted(tmp_path, monkeypatch, place):
    """Wherever the system keeps it."""
    own, system = make_ca(), make_ca()
    paths = [str(tmp_path / name) for name in ("one", "two")]
    monkeypatch.setattr(trust_stores, "SYSTEM_BUNDLES", paths)
    (tmp_path / ("one", "two")[place]).write_bytes(system)
    bundle, *_ = write_trust_stores(tmp_path, own, {})
    assert bundle.read_bytes() == own + system


def test_settings_of_wget_stay_as_they_are(tmp_path):
    """It reads one file of them, which a variable names, or the one of the user's own folder."""
    mine = tmp_path / ".wgetrc"
    mine.write_text("user_agent = mine")
    for environment, kept in (
        ({"WGETRC": str(mine), "HOME": "/nobody"}, "user_agent = mine"),
        ({"HOME": str(tmp_path)}, "user_agent = mine"),
        ({"WGETRC": str(tmp_path / "gone")}, ""),
    ):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        bundle, *_, wget = write_trust_stores(folder, make_ca(), environment)
        assert wget.read_text() == f"{kept}\nca_certificate = {bundle}\n"


def test_a_private_key_in_a_bundle_is_not_copied(tmp_path):
    """Some keep their own certificate and key in one file."""
    ca = trustme.CA()
    both = tmp_path / "both.pem"
    both.write_bytes(ca.private_key_pem.bytes() + ca.cert_pem.bytes())
    bundle, *_ = write_trust_stores(tmp_path, make_ca(), {"SSL_CERT_FILE": str(both)})
    assert ca.cert_pem.bytes().strip() in bundle.read_bytes()
    assert b"PRIVATE KEY" not in bundle.read_bytes()


def test_the_java_store_has_the_certificate_alone():
    """And no key."""
    store = pkcs12.load_pkcs12(make_java_trust_store(ca := make_ca()), JAVA_PASSWORD.encode())
    (found,) = store.additional_certs
    assert (store.key, store.cert) == (None, None)
    assert found.friendly_name == b"segmock"
    assert (
        trustme.CA.from_pem(ca, trustme.CA().private_key_pem.bytes())._certificate
        == found.certificate
    )


def test_java_lists_the_certificate_as_trusted(tmp_path):
    """Java's own tool reads the store, and takes what is in it for a trusted certificate."""
    _, store, *_ = write_trust_stores(tmp_path, make_ca(), {})
    done = subprocess.run(
        [
            *(find_tool("keytool"), "-list", "-storetype", "PKCS12"),
            *("-keystore", store, "-storepass", JAVA_PASSWORD),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert "segmock" in done.stdout, done.stdout
    assert "trustedCertEntry" in done.stdout
