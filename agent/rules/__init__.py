"""The coach without a model: what a question is about, and the sentences that answer it."""
