"""The product as docs/operations.md says that it can be run: a server of one's own, more machines."""
