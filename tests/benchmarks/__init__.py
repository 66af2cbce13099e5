"""How fast and how large the product is at the size of a big city; run with `make bench` (see docs/benchmarks.md)."""
