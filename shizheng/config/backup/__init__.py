"""Backup and restore: one file that holds everything, and a system that equals the original (docs/operations.md)."""
