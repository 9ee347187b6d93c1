"""Drives the vendor's first Python SDK, and prints, as JSON, what each of its classes made.

Run as a program with the release in PYTHONPATH, the root of a server's URL and the address of a
picture there. The SDK has the vendor's addresses built in; what it sends to them goes to the
server, with the vendor's Host.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import requests
import segmind

KEY = "SG_0123456789abcdef"
PROMPT = "A paper boat in a puddle"

CONTROLS = ("Canny", "Depth", "OpenPose", "Scribble", "SoftEdge")

PICTURES_OF_CODEFORMER = 12
"""It reads base64 on into the JSON that follows, so it can decode those alone that end with `=`."""


class Rerouted(requests.adapters.HTTPAdapter):
    """Sends whatever is meant for the vendor's hosts to a server on this machine."""

    target = ""

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> Any:
        """Send a request elsewhere."""
        asked = urlsplit(str(request.url))
        if asked.netloc.endswith(".segmind.com"):
            request.headers["Host"] = asked.netloc
            request.url = self.target + asked.path
        return super().send(request, *args, **options)


def list_calls(picture: str) -> Iterator[tuple[str, Any, dict[str, str]]]:
    """Yield name, class and arguments of each call: those that have no default."""
    for name, model in sorted(vars(segmind).items()):
        if inspect.isclass(model):
            taken = inspect.signature(model.generate).parameters.values()
            needed = [each.name for each in taken if each.default is each.empty][1:]
            call = {each: PROMPT if each == "prompt" else picture for each in needed}
            if name == "Codeformer":
                for number in range(PICTURES_OF_CODEFORMER):
                    yield f"{name} {number}", model, {"imageUrl": f"{picture}?{number}"}
                continue
            controls = CONTROLS if "option" in call else ()
            for control in controls:
                yield f"{name} {control}", model, call | {"option": control}
            if not controls:
                yield name, model, call
    yield "SD1_5 with a mask", segmind.SD1_5, {
        "prompt": PROMPT, "imageUrl": picture, "maskUrl": picture
    }  # fmt: skip


def call_model(model: Any, call: dict[str, str]) -> dict[str, Any]:
    """Return format and size of the picture that a class makes, and the line that it prints.

    An answer that is not 200 ends the program: the SDK raises what nobody should catch.
    """
    with redirect_stdout(StringIO()) as printed:
        try:
            image = model(KEY).generate(**call)
            image.load()
        except (OSError, ValueError) as error:  # what came is no picture
            return {"error": f"{type(error).__name__}: {error}", "printed": printed.getvalue()}
    return {"format": image.format, "size": image.size, "printed": printed.getvalue()}


def main() -> None:
    """Call every class, and SDXL with all that it takes, and print what came."""
    Rerouted.target, picture = sys.argv[1:]
    everything = {"prompt": PROMPT, "samples": 2, "guidance_scale": 7.5, "seed": 4711}
    with patch("requests.sessions.HTTPAdapter", Rerouted):
        made = {name: call_model(model, call) for name, model, call in list_calls(picture)}
        made["SDXL with numbers"] = call_model(segmind.SDXL, everything)
    print(json.dumps(made))


if __name__ == "__main__":
    main()
