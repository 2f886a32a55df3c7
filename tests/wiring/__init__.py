"""How the processes are put together."""
