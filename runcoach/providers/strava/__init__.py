"""Strava, outbound: stravalib behind our port.

client (the SDK and its traps) · errors · limits (how long a 429 lasts) · wire · mapping · source (the port).
"""
