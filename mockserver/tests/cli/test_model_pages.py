"""A model as a page for people."""

import pytest

from mockserver.cli.model_pages import render_model_page
from mockserver.contract.model_evidence import LEVELS, find_gaps
from mockserver.tests.models import MODELS, TELLING, WHOLE

V1_OF_LONG_RUNS = (
    "504 after a minute, since a run takes more; with --v1-limit scaled the bytes of the film"
)


def read_sections(slug):
    """Return the lines of each section of a page, by its head."""
    blocks = render_model_page(MODELS[slug]).split("\n\n")
    return {lines[0]: lines[1:] for block in blocks for lines in [block.splitlines()]}


def test_a_page_says_what_goes_in_and_what_comes_out():
    """In words, with figures that people read."""
    page = render_model_page(MODELS["flux-schnell"])
    for line in (
        "flux-schnell: Flux.1 Schnell",
        f"level    partial: {LEVELS['partial']}",
        "makes    image: PNG, 1024 by 1024, unless parameters say otherwise",
        "v2       `output` links to the picture, `images` describes it",
        "seconds  10.14, typically",
        "price    $0.007854",
    ):
        assert line in page.splitlines()


@pytest.mark.parametrize(
    ("slug", "returned"),
    [
        ("ideogram-3", "JSON that links to the picture"),
        ("lyria-2", "the bytes of the sound"),
        ("gpt-5.5", "an OpenAI chat completion, in JSON"),
        ("eleven-labs-transcript", "the words and when they were said, in JSON"),
        ("ideogram-describe", "a line of text, in JSON"),
        ("text-embedding-3-small", "vectors in OpenAI's shape, in JSON"),
        (
            "seedance-2.0",
            V1_OF_LONG_RUNS,
        ),
    ],
)
def test_a_page_says_what_v1_returns(slug, returned):
    """In the shape of its provider, or the bytes of a file; nothing, where a run takes too long."""
    assert f"v1       {returned}" in render_model_page(MODELS[slug]).splitlines()


def test_a_page_says_what_is_made_if_nothing_else_is_asked_for():
    """The default of the parameter that chooses a format counts, as it does in a run."""
    for slug, made in (
        ("esrgan", "image: JPEG, 1024 by 1024"),
        ("lyria-2", "audio: WAV, 4 s long"),
        ("text-embedding-3-small", "embedding: 1536 numbers each"),
    ):
        line = f"makes    {made}, unless parameters say otherwise"
        assert line in render_model_page(MODELS[slug]).splitlines()


def test_a_page_says_from_where_each_part_is_known_and_what_is_not():
    """Class, source and day of what is known; what is assumed stands apart."""
    sections = read_sections("flux-schnell")
    known, unknown = " ".join(sections["Known from"]), sections["Not known"]
    assert "parameters (docs: https://segmind.com/models/flux-schnell/api)" in known
    assert "directory" in known
    assert "2026-08-19" in known
    assert sections["Assumed"] != []
    assert unknown == [
        "  - what it takes beside 9 parameters",
        "  - whether it can do without prompt",
        "  - the other values of sampler_name",
    ]


@pytest.mark.parametrize("slug", [*WHOLE, *TELLING])
def test_every_claim_of_a_model_is_on_its_page(slug):
    """Whatever its task and level, and so is every gap."""
    page = render_model_page(MODELS[slug])
    words = " ".join(page.split())
    for claim in MODELS[slug].terms.provenance:
        assert " ".join(claim["what"].split()) in words
    sections = read_sections(slug)
    told = " ".join(" ".join(sections.get("Not known", ())).split())
    assert told == " ".join(f"- {gap}" for gap in find_gaps(MODELS[slug]))


def test_no_line_of_prose_is_wider_than_a_screen():
    """Tables may be, and addresses."""
    for slug in MODELS:
        sections = read_sections(slug)
        for line in (*sections["Known from"], *sections["Assumed"], *sections.get("Not known", ())):
            assert len(line) <= 100 or " " not in line.strip("- "), slug


def test_a_page_names_parameters_that_are_read_without_being_known():
    """All names of what models of its kind read, but for those in the table."""
    [read] = [
        text
        for text in render_model_page(MODELS["ace-step-music"]).split("\n\n")
        if text.startswith("Read")
    ]
    assert read == "Read, if sent: duration, seconds, seed"
    assert "\nRead" not in render_model_page(MODELS["ideogram-3"])
