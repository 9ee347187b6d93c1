"""Where a path is asked for: at the vendor's, some are at other hosts of the same vendor."""

from __future__ import annotations

from urllib.parse import urlsplit

_VENDOR = "api.segmind.com"
_ELSEWHERE = {
    "/upload-asset": "https://workflows-api.segmind.com",
    "/webhook/": "https://api.spotprod.segmind.com",
    "/inference-model-information/": "https://api.spotprod.segmind.com",
    "/inference-request/": "https://api.spotprod.segmind.com",
    "/api/auth/": "https://cloud.segmind.com",
}
"""The hosts of the SDK's other namespaces (N*), by how their paths begin."""


def find_url(root: str, target: str) -> str:
    """Return the address of a path below a service's root; one that is whole stays as it is."""
    if "://" in target:
        return target
    if urlsplit(root).hostname == _VENDOR:
        for start, host in _ELSEWHERE.items():
            if target.startswith(start):
                return host + target
    return root + target
