"""One short coroutine per command."""
