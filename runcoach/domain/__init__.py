"""Frozen nouns of the product, with units in their names, and the error tree. No I/O, clock or chance."""
