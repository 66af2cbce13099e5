"""What those who run the installation look at: health, metrics, log (docs/operations.md)."""
