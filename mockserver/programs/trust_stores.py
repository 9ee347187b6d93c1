"""The files by which programs of all languages trust the certificates of a run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from mockserver.programs.variables import BUNDLE_VARIABLES, JAVA_PASSWORD

SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # Alpine, macOS, BSD
)
"""Where systems keep the certificates that they trust, in PEM."""

_PHP_SETTINGS = ("curl.cainfo", "openssl.cafile")
_JAVA_ITERATIONS = 1
_CERTIFICATE = re.compile(
    rb"-----BEGIN CERTIFICATE-----\s[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----"
)


class TrustStores(NamedTuple):
    """What a program's environment names.

    Attributes:
        bundle: Certificates in PEM: the run's own, and all that were trusted before.
        java: The run's own in Java's kind of store, PKCS#12, with `JAVA_PASSWORD`.
        php: A folder with settings of PHP that name the bundle.
        wget: The caller's settings of wget, and one that names the bundle.
    """

    bundle: Path
    java: Path
    php: Path
    wget: Path


def write_trust_stores(folder: Path, ca: bytes, environment: Mapping[str, str]) -> TrustStores:
    """Write what lets programs trust an authority, besides what they trusted before.

    Args:
        folder: Where to.
        ca: The authority's certificate, in PEM.
        environment: The caller's; what its variables name stays trusted, so that servers of the
            user's own on this machine stay reachable over TLS.
    """
    names = ("ca-bundle.pem", "ca.p12", "php", "wgetrc")
    stores = TrustStores(*(folder / name for name in names))
    stores.bundle.write_bytes(b"\n".join([ca.strip(), *_read_trusted(environment)]) + b"\n")
    stores.java.write_bytes(make_java_trust_store(ca))
    stores.php.mkdir()
    settings = "".join(f'{name}="{stores.bundle}"\n' for name in _PHP_SETTINGS)
    (stores.php / "segmock.ini").write_text(settings, encoding="utf-8")
    own = b"ca_certificate = " + os.fsencode(stores.bundle)
    stores.wget.write_bytes(b"\n".join([_read_wget_settings(environment), own, b""]))
    return stores


def _read_wget_settings(environment: Mapping[str, str]) -> bytes:
    """Return what wget would read of the caller's own; what cannot be read has none."""
    in_home = f"{environment.get('HOME', '')}/.wgetrc"
    with suppress(OSError, ValueError):
        return Path(environment.get("WGETRC") or in_home).read_bytes()
    return b""


def _read_trusted(environment: Mapping[str, str]) -> Iterable[bytes]:
    """Return each certificate once that the system or a variable names."""
    named = (environment[name] for name in BUNDLE_VARIABLES if environment.get(name))
    return dict.fromkeys(
        certificate
        for path in dict.fromkeys([*SYSTEM_BUNDLES, *named])
        for certificate in _read_certificates(Path(path))
    )


def _read_certificates(path: Path) -> Iterator[bytes]:
    """Yield the certificates of a file in PEM; one that cannot be read has none."""
    with suppress(OSError, ValueError):
        yield from _CERTIFICATE.findall(path.read_bytes())


def make_java_trust_store(ca: bytes) -> bytes:
    """Return a PKCS#12 store that Java 8 and later take for one of trusted certificates."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.serialization import pkcs12
    from cryptography.x509 import load_pem_x509_certificate

    encryption = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(_JAVA_ITERATIONS)
        .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(hashes.SHA1())  # noqa: S303 (Java 8 before 8u301 reads nothing newer)
        .build(JAVA_PASSWORD.encode())
    )
    certificate = pkcs12.PKCS12Certificate(load_pem_x509_certificate(ca), b"segmock")
    return pkcs12.serialize_java_truststore([certificate], encryption)
