"""The data folders are found wherever the package is, and what is broken in them is told."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client_tests.running import known_failures
from mockserver import fault_files
from mockserver.base.errors import ContractError
from mockserver.base.text_encodings import BYTE_ORDER_MARK
from mockserver.cli.refusals import Refusal
from mockserver.cli.settings_file import read_settings_file
from mockserver.contract import files
from mockserver.contract.files import find_data_dir, read_folder, read_json


def problem(path):
    """Return what is wrong with a file that cannot be read."""
    with pytest.raises(ContractError) as refusal:
        read_json(path)
    assert refusal.value.file == str(path)
    assert str(refusal.value) == f"{path}: {refusal.value.reason}"
    return refusal.value.reason


@pytest.mark.parametrize("name", ["contracts", "fixtures"])
def test_the_packaged_folder_comes_before_the_one_beside(monkeypatch, tmp_path, name):
    """A wheel has the data inside the package, a checkout beside it."""
    package = tmp_path / "mockserver"
    monkeypatch.setattr(files, "_PACKAGE", package)
    assert find_data_dir(name) == tmp_path / name
    packaged = package / "_data" / name
    packaged.mkdir(parents=True)
    assert find_data_dir(name) == packaged


@pytest.mark.parametrize("name", ["contracts", "fixtures"])
def test_the_data_folders_are_there(name):
    """Wherever these tests run, both data folders are found."""
    assert find_data_dir(name).is_dir()


def test_a_folder_is_read_in_the_order_of_the_names(tmp_path):
    """Every JSON file of a folder is read, sorted by name, and nothing else."""
    for name in ("b.json", "a.json", "c.txt"):
        (tmp_path / name).write_text(f'"{name}"')
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "d.json").write_text('"d"')
    found = read_folder(tmp_path)
    assert list(found.items()) == [
        (tmp_path / "a.json", "a.json"),
        (tmp_path / "b.json", "b.json"),
    ]


def test_a_missing_file_is_told_by_its_path(tmp_path):
    """A file that is not there is a broken contract, not a traceback."""
    assert "there is no such file" in problem(tmp_path / "none.json")


def test_a_folder_that_is_called_like_a_file_is_told(tmp_path):
    """A folder in the place of a file is a broken contract."""
    assert "it is a folder" in problem(tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"{'a': 1}", b'{"a": 1,}', b"NaN", b'"\xff"', b"\xef\xbb\xbf", b"[" * 100_000],
    ids=lambda content: ascii(content[:12]),
)
def test_what_is_no_json_is_told_with_the_reason(tmp_path, content):
    """A file that cannot be decoded is a broken contract, with the decoder's words."""
    path = tmp_path / "broken.json"
    path.write_bytes(content)
    assert problem(path)


@given(content=st.binary(max_size=50))
def test_any_file_is_json_or_a_contract_error(tmp_path_factory, content):
    """No content of a file raises anything but a contract error."""
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_bytes(content)
    try:
        read_json(path)
    except ContractError as error:
        told = str(error)
        assert told.startswith(str(path))


USER_FILES = {
    "model.json": ('{\n"slug": "née"\n}\n', lambda path: read_json(path)["slug"], "née"),
    "segmock.toml": (
        'a = 1\nb = "née"\n',
        lambda path: read_settings_file(path).settings["b"],
        "née",
    ),
    "pyproject.toml": (
        '[tool.segmock]\nb = "née"\n',
        lambda path: read_settings_file(path).settings["b"],
        "née",
    ),
    "faults.json": (
        json.dumps([{"api_key": "née", "do": {"status": 503}}], indent=1, ensure_ascii=False),
        lambda path: fault_files.read_rule_file(path).list_rules()[0].api_key,
        "née",
    ),
    "faults.toml": (
        '[[faults]]\napi_key = "née"\ndo = { status = 503 }\n',
        lambda path: fault_files.read_rule_file(path).list_rules()[0].api_key,
        "née",
    ),
    "known.txt": ("# why\nrun/*  # née\n", lambda path: known_failures.load(path)[0].reason, "née"),
}
"""Every kind of file that a user writes: a sample, how it is read, and what that must give."""

READ = {
    "UTF-8": lambda text: text.encode(),
    "with a byte order mark": lambda text: BYTE_ORDER_MARK + text.encode(),
    "with CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "with both": lambda text: BYTE_ORDER_MARK + text.replace("\n", "\r\n").encode(),
}
REFUSED = {
    "utf-16": "it is UTF-16",
    "utf-16-le": "it is UTF-16",
    "utf-16-be": "it is UTF-16",
    "utf-32": "UTF-32",
    "latin-1": "is not UTF-8",
}


@pytest.mark.parametrize("spelling", READ)
@pytest.mark.parametrize("name", USER_FILES)
def test_a_users_file_is_read_as_any_editor_saves_utf_8(tmp_path, name, spelling):
    """A byte order mark and the line ends of Windows change nothing, in whatever kind of file."""
    text, read, wanted = USER_FILES[name]
    (tmp_path / name).write_bytes(READ[spelling](text))
    assert read(tmp_path / name) == wanted


@pytest.mark.parametrize("encoding", REFUSED)
@pytest.mark.parametrize("name", USER_FILES)
def test_a_users_file_in_another_encoding_is_refused_by_its_name(tmp_path, name, encoding):
    """A file that is not UTF-8 is refused with its name, what it is and what to do."""
    text, read, _ = USER_FILES[name]
    (tmp_path / name).write_bytes(text.encode(encoding))
    with pytest.raises(
        (Refusal, fault_files.EmulatorError, known_failures.KnownFailuresError)
    ) as refusal:
        read(tmp_path / name)
    told = getattr(refusal.value, "message", str(refusal.value))
    assert name in told
    assert REFUSED[encoding] in told
    assert told.endswith("save it as UTF-8")
