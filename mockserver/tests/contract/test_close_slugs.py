"""Slugs that are like another."""

from __future__ import annotations

import pytest

from mockserver.contract import close_slugs
from mockserver.contract.close_slugs import CloseSlugs
from mockserver.tests.models import MODELS

MEANT = {
    # Seen in public clients, or what a person would write down from memory.
    "flux-1-schnell": "flux-schnell",
    "flux.1-schnell": "flux-schnell",
    "flux.1-dev": "flux-1-dev",
    "flux": "flux-dev",
    "fast-flux": "fast-flux-schnell",
    "flux-pro-1.1": "flux-1.1-pro",
    "flux-kontext": "flux-kontext-pro",
    "sdxl": "sdxl1.0-txt2img",
    "sdxl1.0": "sdxl1.0-txt2img",
    "stable-diffusion-xl": "sdxl1.0-txt2img",
    "stable-diffusion-xl-base-1.0": "sdxl1.0-txt2img",
    "stable-diffusion-3.5": "stable-diffusion-3.5-large-txt2img",
    "ssd1b": "ssd-1b",
    "gpt4": "gpt-4",
    "gpt-4o-mini": "gpt-4o",
    "claude-3-sonnet": "claude-3.5-sonnet",
    "claude-3-5-sonnet": "claude-3.5-sonnet",
    "gemini-pro": "gemini-3-pro",
    "gemini-1.5-flash": "gemini-2.5-flash",
    "llama-3-70b": "llama-v3p1-70b-instruct",
    "face-swap-v2": "faceswap-v2",
    "face-swap": "faceswap",
    "Ideogram-3": "ideogram-3",
    "ideogram_v3": "ideogram-3",
    "kling-v2.1": "kling-2.1",
    "nanobanana": "nano-banana",
    "nano-banan": "nano-banana",
    "seedance": "seedance-2.0",
    "seedream-4.0": "seedream-4",
    "veo3": "veo-3",
    "veo-3-preview": "veo-3",
    "sora": "sora-2",
    "hailuo": "hailuo-2.3",
    "wan2.2-t2v": "wan-2.2-t2v-fast",
    "imagen4": "imagen-4",
    "bg-remove": "bg-removal",
    "background-removal": "bg-removal",
    "background-remover": "bg-removal",
    "bria-remove-bg": "bria-remove-background",
    "sdxl-text2img": "sdxl-txt2img",
    "kling-txt2video": "kling-text2video",
    "qwen-image-edit-2509": "qwen-image-edit",
    "kandinsky": "kandinsky2.2-txt2img",
    "segmind-vegas": "segmind-vega",
}
UNLIKE = ["midjourney", "whisper", "no-such", "x", "", "---", "日本", "v" * 300]


@pytest.mark.parametrize("slug", MEANT)
def test_the_slug_that_was_meant_is_named(slug):
    """It is among the three that a hint has."""
    assert MEANT[slug] in MODELS.close.find(slug)


@pytest.mark.parametrize("slug", ["Ideogram-3", "gpt4", "face_swap v2", "KLING-V2.1"])
def test_where_hyphens_dots_and_case_alone_differ_there_is_no_doubt(slug):
    """Nothing else is named."""
    assert len(MODELS.close.find(slug)) == 1
    assert MODELS.close.rank(slug)[0].score == 1


@pytest.mark.parametrize("slug", UNLIKE)
def test_what_is_like_nothing_has_no_likeness(slug):
    """However long it is, and whatever is in it."""
    assert MODELS.close.find(slug) == []


def test_a_slug_is_not_like_itself():
    """Of a model that was withdrawn others are named."""
    assert CloseSlugs(["veo-3", "veo-2"]).find("veo-3") == ["veo-2"]
    assert CloseSlugs([]).find("veo-3") == []


def test_of_equals_the_first_is_named_first():
    """The order in which slugs are given is that of how well they are known."""
    assert CloseSlugs(["ab-two", "ab-one"]).find("ab") == ["ab-two", "ab-one"]


def test_what_was_found_is_remembered_and_never_too_much_of_it(monkeypatch):
    """A client may send a million slugs."""
    monkeypatch.setattr(close_slugs, "_MOST_KNOWN", 3)
    close = CloseSlugs(["veo-3"])
    assert close.rank("veo3") is close.rank("veo3")
    for number in range(10):
        close.rank(f"veo-{number}")
    assert len(close._known) <= 3
