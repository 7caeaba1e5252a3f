"""One short coroutine per command, and one per button."""
