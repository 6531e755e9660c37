"""Small HTTPS servers, and a probe that tells whether one answers."""
