"""The one fine-tune that each account has, from the time when there still were any (N16, N17)."""

from __future__ import annotations

import msgspec

from mockserver.base.clock import DAY, FIXED_START
from mockserver.base.ids import draw_integer, make_id

_WORDS = ("HARBOUR", "LANTERN", "MEADOW", "ORCHARD", "PEBBLE", "THIMBLE")
_OLDEST_DAYS, _NEWEST_DAYS = 400, 700
_RANK = 4


class Finetune(msgspec.Struct, frozen=True):
    """A finished fine-tune; only who may use it can be changed."""

    finetune_id: str
    name: str
    trigger_word: str
    cloud_storage_url: str
    created_at: int
    segmind_public: bool = False

    @property
    def weights(self) -> bytes:
        """The file: a tiny but valid safetensors file, the same for the same fine-tune."""
        data = bytes.fromhex(self.finetune_id)
        size = len(data)
        tensor = {"dtype": "F32", "shape": [_RANK], "data_offsets": [0, size]}
        note = {"name": self.name, "trigger_word": self.trigger_word}
        header = msgspec.json.encode({"__metadata__": note, "lora.weight": tensor})
        return len(header).to_bytes(8, "little") + header + data


def make_finetune(seed: int, api_key: str, *, is_public: bool = False) -> Finetune:
    """Return the fine-tune of this key: the same for the same seed."""
    finetune_id = make_id(seed, "finetune", api_key, 0)
    word = _WORDS[draw_integer(0, len(_WORDS) - 1, seed, "finetune-word", api_key)]
    days = draw_integer(_OLDEST_DAYS, _NEWEST_DAYS, seed, "finetune-day", api_key)
    return Finetune(
        finetune_id=finetune_id,
        name=f"{word.lower()}-lora",
        trigger_word=word,
        cloud_storage_url=f"s3://segmind-finetunes/{finetune_id}/{word.lower()}-lora.safetensors",
        created_at=FIXED_START - days * DAY,
        segmind_public=is_public,
    )
