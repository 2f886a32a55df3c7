"""FIT in: a columnar decoder of our own, with fitparse behind it.

scan (bytes → definitions and offsets) · columns (offsets → numpy) · reader (a file, or a chain of files)
· assemble (sessions, laps, samples) · decoder (the port, with zip and limits).
"""
