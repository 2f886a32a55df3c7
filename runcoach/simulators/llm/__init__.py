"""An OpenAI-compatible model server, simulated at the wire."""
