"""What points a client at a server: lines to copy, each of which runs as it stands."""

from __future__ import annotations

from shlex import quote
from typing import NamedTuple

from mockserver.base.json_encoding import encode_text

KEY = "SG_0123456789abcdef"

_SDK = """\
from segmind import SegmindClient

client = SegmindClient(
    api_key="{key}",
    base_url={v1},
)
print(client.run("ideogram-3", prompt="A paper boat")["output"])
"""
_CURL = """\
curl -s {submit} \\
  -H 'x-api-key: {key}' \\
  -H 'content-type: application/json' \\
  -d '{{"prompt": "A paper boat"}}'
"""
_PYTEST = """\
# pytest --segmock-url {option}
from segmind import SegmindClient

def test_a_boat_is_paid_for_once(segmock):
    client = SegmindClient(segmock.api_key, segmock.base_url)
    client.run("ideogram-3", prompt="A paper boat")
    assert len(segmock.account["ledger"]) == 1
"""
_NODE = """\
const url = {url};
const answer = await fetch(`${{url}}/v2/ideogram-3`, {{
  method: "POST",
  headers: {{
    "x-api-key": "{key}",
    "content-type": "application/json",
  }},
  body: JSON.stringify({{ prompt: "A paper boat" }}),
}});
console.log(await answer.json());
"""


class Snippet(NamedTuple):
    """A text to copy, and what it is for."""

    title: str
    text: str


def render_snippets(url: str) -> list[Snippet]:
    """Render what points a client at the server whose root is `url`."""
    return [
        Snippet("The vendor's SDK", _SDK.format(key=KEY, v1=encode_text(f"{url}/v1"))),
        Snippet("curl", _CURL.format(key=KEY, submit=quote(f"{url}/v2/ideogram-3"))),
        Snippet("pytest", _PYTEST.format(option=quote(url))),
        Snippet("Node, in a file that ends in .mjs", _NODE.format(key=KEY, url=encode_text(url))),
    ]
