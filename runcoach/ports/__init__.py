"""What the inner rooms need from the outside, as Protocols; wiring.py hands out the `Ports` bundle."""
