"""Which file settings come from, and where in it one is written."""

from __future__ import annotations

import pytest

from mockserver.cli.settings_file import SettingsFile, read_settings_file


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("segmock.toml", "port = 1\nclock = 'auto'", "segmock.toml: line 2"),
        ("segmock.toml", "[tool.segmock]\nclock = 'auto'", "segmock.toml: line 2"),
        (
            "pyproject.toml",
            "[tool.x]\nclock = 1\n[tool.segmock]\nclock = 'auto'",
            "pyproject.toml: line 4",
        ),
        ("segmock.toml", 'port = 1\n"cl\\u006Fck" = "auto"', "segmock.toml"),
    ],
)
def test_a_setting_has_a_place(tmp_path, monkeypatch, name, text, place):
    """The file alone where the line cannot be told."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(text)
    file = read_settings_file(None)
    assert file.settings["clock"] == "auto"
    assert file.render_place("clock") == place


def test_without_a_file_there_are_no_settings(tmp_path, monkeypatch):
    """Nor where a pyproject.toml is about other tools."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.other]\nport = 1")
    assert read_settings_file(None) == SettingsFile()
