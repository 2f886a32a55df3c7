"""The outside world, simulated at the wire: one seeded life behind Garmin, Strava and a model server."""
