"""The coach: what it is told, what it may call, and what of its answer is let through.

It meets the world through ports only and holds no credentials. No tool here approves, pushes, connects or
deletes.
"""
