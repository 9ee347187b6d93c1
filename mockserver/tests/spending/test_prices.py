"""The most that a run can cost, by its contract."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.spending.prices import find_worst_price

MODELS = load_shipped_catalogue().models


@pytest.mark.parametrize(
    ("slug", "parameters", "worst"),
    [
        ("ideogram-2a-txt-2-img", {"prompt": "a"}, "0.05"),
        ("lyria-2", {"prompt": "a"}, "0.09"),
        ("ideogram-3", {"prompt": "a"}, "0.113"),
        ("ideogram-3", {"rendering_speed": "TURBO"}, "0.113"),
        ("sdxl1.0-txt2img", {"samples": 2}, "0.016"),
        ("sdxl1.0-txt2img", {"samples": "3"}, "0.024"),
        ("sdxl1.0-txt2img", {}, "0.032"),
        ("sdxl1.0-txt2img", {"samples": "many"}, "0.032"),
        ("sdxl1.0-txt2img", {"samples": 1000}, "8"),
        ("seedance-2.0", {"duration": 5, "resolution": "480p"}, "6.804"),
        ("seedance-2.0", {}, "20.412"),
        ("inpaint-auto", {}, "0.01"),
    ],
)
def test_the_dearest_reading_of_what_was_asked_is_what_it_can_cost(slug, parameters, worst):
    """A parameter that decides and was left out may have any value that the contract allows."""
    assert find_worst_price(MODELS[slug], parameters) == Decimal(worst)


@pytest.mark.parametrize(
    "slug",
    [
        "gemini-2.5-flash",
        "claude-4.5-sonnet",
        "ideogram-txt-2-img",
        "mock-inference",
        "ace-step-music",
        "someone-dreambooth",
    ],
)
def test_means_and_guesses_bound_no_price(slug):
    """What calls cost on the average, or what a similar model costs, says nothing of this one."""
    assert find_worst_price(MODELS[slug], {}) is None


def test_no_example_of_a_contract_costs_more_than_its_worst():
    """The price that the emulator takes is never above the bound."""
    bounded = 0
    for slug in MODELS:
        model = MODELS[slug]
        for example in (*model.document["examples"], {}):
            worst = find_worst_price(model, example)
            if worst is not None:
                bounded += 1
                assert model.compute_price(example) <= worst, slug
    assert bounded
