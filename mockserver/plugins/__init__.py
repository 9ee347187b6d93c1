"""segmock inside other test tools."""
