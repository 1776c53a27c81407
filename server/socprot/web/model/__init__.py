"""The vocabulary and the shapes, as documentation."""
