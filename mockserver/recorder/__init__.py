"""A reverse proxy in front of the real service that writes down what goes through it."""
