"""Pages of supervision and review."""
