"""The wire: what HTTP asks of every answer, whatever it holds."""
