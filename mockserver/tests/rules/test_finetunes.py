"""Each account has one fine-tune from former times."""

import json

import pytest

from mockserver.rules.finetunes import make_finetune


@pytest.mark.fact("N17")
def test_a_fine_tune_depends_on_seed_and_key_alone():
    """The same seed and key give the same fine-tune, another of either another one."""
    assert make_finetune(0, "a") == make_finetune(0, "a")
    ids = {
        make_finetune(0, "a").finetune_id,
        make_finetune(1, "a").finetune_id,
        make_finetune(0, "b").finetune_id,
    }
    assert len(ids) == 3


def test_its_file_is_a_safetensors_file():
    """Length, header and data fit together as the format wants it."""
    tune = make_finetune(0, "a")
    data = tune.weights
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    assert header["__metadata__"]["name"] == tune.name
    assert header["lora.weight"]["data_offsets"] == [0, len(data) - 8 - size]
