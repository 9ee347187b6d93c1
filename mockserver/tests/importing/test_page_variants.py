"""Parts of a parameter among the rows of a table."""

import pytest

from mockserver.importing.page_parameters import read_rows
from mockserver.importing.page_variants import gather_variants

HEAD = "paletteoptionalany | anyColours\n"
PRESET = "Preset Paletteoptionalanynamerequiredstring"
CUSTOM = "Custom Paletteoptionalanymembersrequiredobject[]"


def gather(text, known=()):
    """Return names of the parameters proper, and the advice."""
    found = gather_variants(read_rows(text, dict.fromkeys(known, ())), known)
    return [row.name for row in found.rows], found.advice


@pytest.mark.parametrize(
    ("text", "known", "names"),
    [
        (HEAD + PRESET + CUSTOM + "seedoptionalinteger", (), ["palette", "seed"]),
        (HEAD + PRESET + CUSTOM + "weightoptionalnumber", (), ["palette", "weight"]),
        (HEAD + PRESET + CUSTOM + "alphaoptionalnumber", (), ["palette"]),
        (HEAD + PRESET + CUSTOM + "alphaoptionalnumber", ("alpha",), ["palette", "alpha"]),
        (HEAD + "seedoptionalinteger", (), ["palette", "seed"]),
        (HEAD + "namerequiredstring", (), ["palette", "name"]),
        (
            "paletterequiredany | anyColours\n" + PRESET + "promptrequiredstringWhat\n",
            (),
            ["palette", "prompt"],
        ),
        ("paletterequiredany | anyColours\n" + PRESET, (), ["palette"]),
        ("a optional string\nb optional number\n", (), ["a", "b"]),
    ],
)
def test_members_of_variants_are_no_parameters(text, known, names):
    """Required rows among optional ones and earlier names are, unless a sample sends them."""
    assert gather(text, known)[0] == names


def test_variants_advise():
    """Each is an object with its members."""
    _, advice = gather(HEAD + PRESET + CUSTOM + "alphaoptionalnumber")
    assert advice == {
        "palette": {
            "anyOf": [
                {
                    "type": "object",
                    "properties": {"name": {"type": "string"}},
                    "required": ["name"],
                },
                {
                    "type": "object",
                    "properties": {
                        "members": {"type": "array", "items": {"type": "object"}},
                        "alpha": {"type": "number"},
                    },
                    "required": ["members"],
                },
            ]
        }
    }
