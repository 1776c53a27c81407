"""The knowledge graph of social protection in ASEAN, and the server for it."""
