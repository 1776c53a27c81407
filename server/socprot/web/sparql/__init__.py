"""SPARQL over HTTP: the protocol, the service description, answers on their way."""
