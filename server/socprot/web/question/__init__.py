"""The published questions: a form, an answer, and an address for programs."""
