"""The only importer of adapters."""
