"""Rules of supervision and review: pure."""
