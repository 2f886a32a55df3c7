"""The key that recorded histories are sealed with. It protects nothing: the runners in them are simulated."""

from runcoach.settings import KeyRing

REPLAY_KEYS = KeyRing("replay", {"replay": b"recorded histories of tests only"})
