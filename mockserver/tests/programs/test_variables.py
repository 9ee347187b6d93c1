"""The variables of a program's environment: what it had stays where that is promised."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.programs.variables import (
    BUNDLE_VARIABLES,
    append_java_options,
    append_node_options,
    make_run_variables,
    make_trust_variables,
    prepend_python_path,
)
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.tools import QUICK_JAVA, find_tool

FOLDERS = [
    "plain",
    "with blank",
    "it's",
    'a "quote" and\ttab',
    "back\\slash",
    """'all' "of \\ it\"""",
]
PATHS = [Path(f"/x/{name}") for name in ("ca.pem", "ca.p12", "php", "wgetrc")]
SHOW_JAVA = """
public class Show {
    public static void main(String[] names) {
        for (String name : names) System.out.println(System.getProperty(name));
    }
}
"""


def read_lines(*command, **variables):
    """Return the lines that a program prints with variables added to its environment."""
    done = subprocess.run(
        command,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    return done.stdout.splitlines()


def test_a_program_is_told_where_it_runs_and_where_the_control_plane_is():
    """It gets a key only where it has none, or an empty one."""
    told = {"SEGMOCK_EXEC": "env", "SEGMOCK_URL": "http://127.0.0.1:1"}
    for environment in ({}, {"SEGMIND_API_KEY": ""}):
        made = make_run_variables("env", "http://127.0.0.1:1", environment)
        assert made.pop("SEGMIND_API_KEY").startswith("SG_")
        assert made == told
    made = make_run_variables("env", "http://127.0.0.1:1", {"SEGMIND_API_KEY": "mine"})
    assert made == told | {"SEGMIND_API_KEY": "mine"}


def test_every_language_is_told_of_the_certificates():
    """Each variable names the bundle; Java gets its own kind of store."""
    made = make_trust_variables(*PATHS, {"SSL_CERT_FILE": "/other"})
    assert {made.pop(name) for name in BUNDLE_VARIABLES} == {"/x/ca.pem"}
    assert made == {
        "JAVA_TOOL_OPTIONS": "-Djavax.net.ssl.trustStore=/x/ca.p12 "
        "-Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword=changeit",
        "PHP_INI_SCAN_DIR": f"{os.pathsep}/x/php",
        "WGETRC": "/x/wgetrc",
    }


def test_php_reads_its_own_settings_and_the_callers_first():
    """Nothing before the separator stands for the folder that it was compiled with."""
    made = make_trust_variables(*PATHS, {"PHP_INI_SCAN_DIR": f"/mine{os.pathsep}"})
    assert made["PHP_INI_SCAN_DIR"] == f"/mine{os.pathsep}{os.pathsep}/x/php"


@pytest.mark.parametrize("append", [append_java_options, append_node_options])
def test_options_come_after_those_that_are_there(append):
    """What the caller has set stays as it is."""
    name = "JAVA_TOOL_OPTIONS" if append is append_java_options else "NODE_OPTIONS"
    assert append(["-b", "-c"], {name: "-a  'as it is'"}) == {name: "-a  'as it is' -b -c"}
    assert append(["-b"], {name: ""}) == append(["-b"], {}) == {name: "-b"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_node_reads_options_whatever_is_in_them(folder, tmp_path):
    """A file is loaded whose path has blanks and quotes, after one that was there."""
    for name in ("first", folder):
        (tmp_path / name).mkdir()
        (tmp_path / name / "hook.cjs").write_text("console.log(__dirname)")
    there = append_node_options([f"--require={tmp_path / 'first' / 'hook.cjs'}"], {})
    made = append_node_options([f"--require={tmp_path / folder / 'hook.cjs'}"], there)
    printed = read_lines(find_tool("node"), "-e", "0", **made)
    assert printed == [str(tmp_path / "first"), str(tmp_path / folder)]


@pytest.fixture(scope="module")
def show_java(tmp_path_factory):
    """Return a command that prints the properties that it is given the names of."""
    folder = tmp_path_factory.mktemp("java")
    (folder / "Show.java").write_text(SHOW_JAVA)
    flags = [f"-J{flag}" for flag in QUICK_JAVA]
    read_lines(find_tool("javac"), *flags, "-d", str(folder), str(folder / "Show.java"))
    return find_tool("java"), *QUICK_JAVA, "-cp", str(folder), "Show"


@pytest.mark.parametrize("folder", FOLDERS)
def test_java_reads_options_whatever_is_in_them(folder, show_java):
    """A property has the value that was meant, after one that was there."""
    there = append_java_options(["-Dfirst=1"], {})
    made = append_java_options([f"-Dsecond=/{folder}"], there)
    printed = read_lines(*show_java, "first", "second", **made)
    assert printed == ["1", f"/{folder}"]


def test_python_looks_in_a_folder_first_and_then_where_it_did_before(tmp_path):
    """In the order in which they are named."""
    there = prepend_python_path(tmp_path / "second", {})
    made = prepend_python_path(tmp_path / "first", there)
    printed = read_lines(
        sys.executable, "-c", "import sys; print(*sys.path[1:3], sep='\\n')", **made
    )
    assert printed == [str(tmp_path / "first"), str(tmp_path / "second")]
