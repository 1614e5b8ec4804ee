"""The Omni backend: AI endpoints, signatures and a graph, as one FastAPI service."""
