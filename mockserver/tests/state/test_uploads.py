"""An account keeps its newest files, within its bounds."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.rules.uploads import Upload
from mockserver.state import uploads as module
from mockserver.state.uploads import Uploads

puts = st.lists(st.tuples(st.sampled_from("abcdef"), st.none() | st.integers(0, 40)), max_size=30)


@given(puts)
def test_what_an_account_keeps_stays_within_its_bounds_and_drops_the_oldest(moves):
    """Whatever is put, number and bytes keep their bounds, and what left was the oldest."""
    kept, model = Uploads(), {}
    most_assets, most_bytes = module.MAX_UPLOADS, module.MAX_BYTES
    module.MAX_UPLOADS, module.MAX_BYTES = 4, 60
    try:
        for name, size in moves:
            body = None if size is None else bytes(size)
            model.pop(name, None)
            model[name] = body
            for gone in kept.put(Upload(name, "key", "image/png", body)):
                assert gone.upload_id == next(iter(model))
                del model[gone.upload_id]
            assert {each.upload_id: each.body for each in kept} == model
            assert kept.total_bytes == sum(len(each or b"") for each in model.values()) <= 60
            assert len(model) <= 4
    finally:
        module.MAX_UPLOADS, module.MAX_BYTES = most_assets, most_bytes
