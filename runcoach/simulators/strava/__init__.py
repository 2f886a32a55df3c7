"""Strava, simulated at the wire."""
