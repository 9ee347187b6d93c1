"""The environment variables by which programs of all languages find certificates and options."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from mockserver.programs.modes import ModeName

BUNDLE_VARIABLES: Final = (
    "SSL_CERT_FILE",  # OpenSSL: Python, Ruby, curl, Go, .NET, Rust
    "REQUESTS_CA_BUNDLE",  # requests, which has a bundle of its own
    "CURL_CA_BUNDLE",  # curl
    "NODE_EXTRA_CA_CERTS",  # Node and Bun
    "DENO_CERT",
    "GIT_SSL_CAINFO",
    "AWS_CA_BUNDLE",
    "PIP_CERT",
    "CARGO_HTTP_CAINFO",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "HTTPLIB2_CA_CERTS",
    "NIX_SSL_CERT_FILE",
    "PERL_LWP_SSL_CA_FILE",
)
"""Each names a file of certificates in PEM."""

PROXY_VARIABLES: Final = tuple(
    spelling
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
    for spelling in (name, name.lower())
)
"""Programs read them in one spelling or the other."""

JAVA_PASSWORD: Final = "changeit"  # noqa: S105 (Java's own store has it; certificates are no secret)

ANY_KEY: Final = "SG_5e6d0c0e8ec00001"
"""What the program authenticates with where its environment has no key; no trigger's."""


_BLANKS_AND_QUOTES = re.compile(r"""'+|[\s"]+""")


def make_run_variables(mode: ModeName, url: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return what tells a program that it runs here, and where the control plane is.

    Args:
        mode: How it runs.
        url: The emulator's root over plain HTTP, as the program reaches it.
        environment: The caller's; a key that it has stays.
    """
    key = environment.get("SEGMIND_API_KEY") or ANY_KEY
    return {"SEGMOCK_EXEC": mode, "SEGMOCK_URL": url, "SEGMIND_API_KEY": key}


def make_trust_variables(
    bundle: Path,
    java_trust_store: Path,
    php_settings: Path,
    wget_settings: Path,
    environment: Mapping[str, str],
) -> dict[str, str]:
    """Return what has programs of all languages trust the certificates in some files.

    Args:
        bundle: Certificates in PEM.
        java_trust_store: A PKCS#12 store, with the password that Java's own has.
        php_settings: A folder with settings of PHP.
        wget_settings: A file with those of wget, the caller's among them.
        environment: The caller's; what it has of options for Java and of such folders stays.
    """
    options = [
        f"-Djavax.net.ssl.trustStore={java_trust_store}",
        "-Djavax.net.ssl.trustStoreType=PKCS12",
        f"-Djavax.net.ssl.trustStorePassword={JAVA_PASSWORD}",
    ]
    return {
        **dict.fromkeys(BUNDLE_VARIABLES, str(bundle)),
        **append_java_options(options, environment),
        "PHP_INI_SCAN_DIR": f"{environment.get('PHP_INI_SCAN_DIR', '')}{os.pathsep}{php_settings}",
        "WGETRC": str(wget_settings),
    }


def append_java_options(options: Iterable[str], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variable that every Java program reads, with options after those it has."""
    return _append("JAVA_TOOL_OPTIONS", " ", map(_quote_for_java, options), environment)


def append_node_options(options: Iterable[str], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variable that every Node program reads, with options after those it has."""
    return _append("NODE_OPTIONS", " ", map(_quote_for_node, options), environment)


def prepend_python_path(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Return where Python looks for modules: first in a folder, then where it did before."""
    there = environment.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([str(folder), *([there] if there else [])])}


def _append(
    name: str, separator: str, words: Iterable[str], environment: Mapping[str, str]
) -> dict[str, str]:
    there = environment.get(name)
    return {name: separator.join([*([there] if there else []), *words])}


def _quote_for_java(option: str) -> str:
    """Write an option as the virtual machine reads it: in quotes of one kind the other is plain."""
    return _BLANKS_AND_QUOTES.sub(lambda found: _quote_run(found[0]), option)


def _quote_run(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


def _quote_for_node(option: str) -> str:
    r"""Write an option as Node reads it: blanks stand in double quotes, after `\` anything."""
    if not any(char.isspace() or char in '"\\' for char in option):
        return option
    escaped = option.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
