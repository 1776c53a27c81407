"""Asking SPARQL: the endpoint, the editor, short links, snippets and citations."""
