"""What can be relied on: evidence, conformance, threats, statements and licences."""
