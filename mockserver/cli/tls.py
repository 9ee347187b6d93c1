"""The flags of `segmock serve` about TLS, and `segmock ca`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mockserver.cli.refusals import Refusal
from mockserver.cli.settings import add_flags, setting

if TYPE_CHECKING:
    import ssl

_FLAGS = (
    setting(
        "--tls",
        is_flag=True,
        help="Serve https, with certificates of an authority of your own: segmock ca.",
    ),
    setting(
        "--tls-cert",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Serve https with the certificate of this file, in PEM.",
    ),
    setting(
        "--tls-key",
        type=click.Path(path_type=Path, dir_okay=False),
        help="File of its key, in PEM; not needed where --tls-cert has it too.",
    ),
)


class TlsFlags(NamedTuple):
    """What the flags of a command say about TLS."""

    tls: bool
    tls_cert: Path | None
    tls_key: Path | None

    def make_context(self) -> ssl.SSLContext | None:
        """Return what a server speaks TLS with; None if it is to speak plain HTTP.

        Raises:
            Refusal: flags, or files, cannot be.
            EmulatorError: the authority cannot be read or kept.
        """
        if self.tls_cert is not None:
            return _load_context(self.tls_cert, self.tls_key)
        if self.tls_key is not None:
            raise Refusal("--tls-key is the key of a certificate; give --tls-cert too")
        if not self.tls:
            return None
        from mockserver.edges.authority_store import load_authority

        return load_authority().make_server_context()


def tls_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the flags about TLS, which it gets as its argument `tls`."""

    @wraps(command)
    def run(*args: Any, tls: bool, tls_cert: Path | None, tls_key: Path | None, **more: Any) -> Any:
        return command(*args, tls=TlsFlags(tls, tls_cert, tls_key), **more)

    return add_flags(_FLAGS, run)


def _load_context(certificate: Path, key: Path | None) -> ssl.SSLContext:
    import ssl

    from mockserver.edges.certificates import load_server_context

    for file in filter(None, (certificate, key)):
        if not file.is_file():
            raise Refusal(f"{file}: there is no such file; --tls-cert and --tls-key take files")
    try:
        return load_server_context(certificate, key)
    except ssl.SSLError:
        files = f"{certificate} and {key}" if key else str(certificate)
        raise Refusal(
            f"{files}: no certificate with its key; give both in PEM, the certificate first"
        ) from None
    except OSError as error:
        raise Refusal(f"{certificate}: {error.strerror}") from None


@click.command(short_help="Print the authority whose certificates `serve --tls` shows.")
def ca() -> None:
    """Print, as PEM, the authority whose certificates `segmock serve --tls` shows.

    It is made when it is first asked for, kept with its key in a file of yours that nobody else
    can read (in the folder that SEGMOCK_CA_DIR names, or that of your settings), and stays the
    same. Tell the client under test of it, and not your browser or system: whoever has that file
    can take on the name of any host.

    \b
    Examples:
      segmock ca > segmock-ca.pem
      curl --cacert segmock-ca.pem https://127.0.0.1:8765/v1/get-user-credits -H 'x-api-key: any'
      SSL_CERT_FILE=segmock-ca.pem python client.py              httpx, urllib, aiohttp
      REQUESTS_CA_BUNDLE=segmock-ca.pem python client.py         requests
      NODE_EXTRA_CA_CERTS=segmock-ca.pem node client.mjs
    """  # noqa: D301 (click reads the backspace as "keep these lines")
    from mockserver.edges.authority_store import load_authority

    click.echo(load_authority().pem.decode(), nl=False)
