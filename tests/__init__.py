"""A package of its own, so that a dependency's top-level ``tests`` cannot shadow it."""
