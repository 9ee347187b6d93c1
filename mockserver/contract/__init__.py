"""What is known about the API: `contracts/` loaded, checked and compiled."""
