"""A gateway that answers as a recording did, on the virtual clock of who asks."""
