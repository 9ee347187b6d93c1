"""Clients that others' generators make of the document: they build, and they reach the server."""

import json
import re

import pytest

from mockserver import Emulator
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.openapi import render_openapi
from mockserver.tests.openapi.tools import HERE, NODE, NODE_TOOLS, PYTHON_TOOLS, run

STRICT = ("--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes")
TARGET = ("--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom")
OPTIONAL = ("--default-non-nullable", "false")
"""What has a default may be left out of a request."""

USE = """
import sys
from segmind_gateway import AuthenticatedClient
from segmind_gateway.api.accounts import credits_
from segmind_gateway.api.ideogram_3 import submit_ideogram_3
from segmind_gateway.api.requests import result
from segmind_gateway.models import Ideogram3

client = AuthenticatedClient(
    base_url=sys.argv[1], token="SG_00112233aabbccdd", prefix="", auth_header_name="x-api-key"
)
assert credits_.sync(client=client).credits_ == 100
queued = submit_ideogram_3.sync(client=client, body=Ideogram3(prompt="A kite", seed=123))
seen = [result.sync(queued.request_id, client=client).status for _ in range(9)]
print(seen[0], seen[-1])
"""


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    """The document as a file."""
    file = tmp_path_factory.mktemp("document") / "openapi.json"
    file.write_text(json.dumps(render_openapi(Catalogue())))
    return file


def compile_types(folder, source):
    """Compile a program that uses the types; return what the compiler says."""
    program = folder / "use.mts"
    program.write_text(source)
    done = run(NODE_TOOLS / "tsc", *STRICT, *TARGET, "--outDir", folder, program)
    return done.stdout + done.stderr


def test_openapi_typescript_makes_types_with_which_a_strict_program_runs(tmp_path, document):
    """Every path has its types: right use compiles and runs, wrong use does not compile."""
    types = tmp_path / "gateway.d.ts"
    made = run(NODE_TOOLS / "openapi-typescript", document, "--output", types, *OPTIONAL)
    assert made.returncode == 0, made.stderr
    source = (HERE / "use_types.mts").read_text()
    assert compile_types(tmp_path, source) == ""
    with Emulator(clock="auto").live() as server:
        ran = run(NODE, tmp_path / "use.mjs", server.url)
    assert (ran.returncode, ran.stdout.split()) == (0, ["QUEUED", "100"]), ran.stderr
    wrong = source.replace('prompt: "A kite"', "prompt: 7")
    assert "Type 'number' is not assignable to type 'string'" in compile_types(tmp_path, wrong)


def without_forms(document):
    """Leave out the forms of bodies that can be JSON.

    Where a body has two media types, openapi-python-client 0.29.1 names a type in the signature
    that it does not import: such a module cannot be imported before Python 3.14.
    """
    for item in document["paths"].values():
        for operation in item.values():
            content = operation.get("requestBody", {}).get("content", {})
            if len(content) > 1:
                del content["multipart/form-data"]
    return document


def test_openapi_python_client_makes_a_package_that_works(tmp_path, document):
    """Nothing is left out but bytes of any type, every module imports, and a run is had."""
    package, read = tmp_path / "segmind_gateway", tmp_path / "openapi.json"
    read.write_text(json.dumps(without_forms(json.loads(document.read_text()))))
    options = ("--path", read, "--output-path", package, "--meta", "none")
    made = run(PYTHON_TOOLS / "openapi-python-client", "generate", *options)
    assert made.returncode == 0, made.stdout
    assert "duplicate" not in made.stdout
    left_out = set(re.findall(r"Unsupported content_type (\S+?)\)", made.stdout))
    assert left_out <= {"*/*"}
    modules = [
        ".".join(file.relative_to(tmp_path).with_suffix("").parts) for file in package.rglob("*.py")
    ]
    assert len(modules) > 200
    (tmp_path / "use.py").write_text("\n".join(f"import {name}" for name in modules) + USE)
    with Emulator(clock="auto").live() as server:
        ran = run(PYTHON_TOOLS / "python", tmp_path / "use.py", server.url, cwd=tmp_path)
    assert (ran.returncode, ran.stdout.split()) == (0, ["QUEUED", "COMPLETED"]), ran.stderr
