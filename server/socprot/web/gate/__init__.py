"""The gate: the process that listens, and a way past Flask for what is asked most."""
