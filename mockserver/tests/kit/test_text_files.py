"""Files that somebody wrote are a text, or refused with what to do."""

from hypothesis import given
from hypothesis import strategies as st

from client_tests.text_files import read_text

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(data=st.binary(max_size=30) | texts.map(str.encode))
def test_any_file_is_a_text_or_refused_with_what_to_do(tmp_path_factory, data):
    """No content of a file raises anything but a sentence that says to save it as UTF-8."""
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_bytes(data)
    try:
        assert read_text(path).encode() in {data, data[3:]}
    except ValueError as error:
        told = str(error)
        assert told.endswith("save it as UTF-8")
