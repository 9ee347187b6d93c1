"""The authority of this user's servers, kept in a file, so that clients need to be told of it once.

Whoever reads that file can take on the name of any host before clients that trust the authority,
so nobody but the user can.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from mockserver.base.errors import EmulatorError

if TYPE_CHECKING:
    from mockserver.edges.certificates import Authority

FOLDER_VARIABLE = "SEGMOCK_CA_DIR"
_NAME = "authority.pem"
_HINT = f"name another folder by {FOLDER_VARIABLE}, or serve with --tls-cert and --tls-key"


def find_authority_file() -> Path:
    """Return where the authority's key and certificate are, or will be.

    That is the folder which `SEGMOCK_CA_DIR` names, else the user's own for settings of programs.
    """
    from click import get_app_dir

    folder = os.environ.get(FOLDER_VARIABLE)
    return Path(folder or get_app_dir("segmock")) / _NAME


def load_authority() -> Authority:
    """Return the authority of this user, made if there is none yet.

    Raises:
        EmulatorError: it cannot be read or kept.
    """
    from mockserver.edges.certificates import Authority

    path = find_authority_file()
    try:
        if not path.exists():
            _write(path, Authority())
        return Authority.read(path.read_bytes())
    except OSError as error:
        raise EmulatorError(f"{path}: {error.strerror}", hint=_HINT) from None
    except ValueError:
        hint = "delete it, and another is made; clients have to be told of that one again"
        raise EmulatorError(f"{path}: there is no authority in it", hint=hint) from None


def _write(path: Path, authority: Authority) -> None:
    """Write an authority where nobody else can read it, unless another process was first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, own = mkstemp(prefix=f"{_NAME}.", dir=path.parent)  # its owner's alone, and new
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(authority.render())
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        Path(own).unlink()
