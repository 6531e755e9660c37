"""The tests of the three programs."""
