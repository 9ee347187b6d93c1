"""What a run of the kit found, told to people (terminal, HTML) and to programs (JSON, JUnit)."""
