"""What a browser complains of when the server of a page is gone."""

LOST = r"ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY"
"""A pattern of these complaints."""
