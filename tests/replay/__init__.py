"""Recorded histories, replayed without a server: code that would break a running workflow fails here.

Record anew with `python -m tests.replay.record` only for a new workflow or path: old histories stay for as
long as runs of that time may live.
"""
