"""One record: its page, or its RDF."""
