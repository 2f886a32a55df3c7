"""Garmin Connect, simulated at the wire."""
