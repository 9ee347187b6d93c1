"""The examples of README and docs, run as readers do, with no way out of this machine."""
