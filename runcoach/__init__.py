"""RunCoach: what the rooms share (domain, science, planning, ports, adapters)."""
