"""The watch maker: garminconnect behind our port.

client (the SDK and its traps) · http (pacing, deadlines, what really came back) · errors · wire (shapes)
· mapping (activities, wellness) · workouts (plan ↔ workout JSON) · source (the port).
"""
