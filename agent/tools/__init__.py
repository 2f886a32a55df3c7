"""What the coach can look at, and the one thing it can ask for."""
