"""The whole product, started as a newcomer starts it."""
