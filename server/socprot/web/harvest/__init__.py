"""The whole, to take away: dataset, dumps, extracts, changes and feeds."""
