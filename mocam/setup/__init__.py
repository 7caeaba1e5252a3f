"""`mocam setup`: the wizard in the terminal."""
