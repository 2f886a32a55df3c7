"""What goes over the wire, and nothing else: rows and nouns never leave as they are."""
