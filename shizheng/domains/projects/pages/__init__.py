"""Pages of tenders under control."""
