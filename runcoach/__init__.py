"""RunCoach: what the rooms share (domain, science, planning, ports, adapters)."""

VERSION = "0.1.0"
