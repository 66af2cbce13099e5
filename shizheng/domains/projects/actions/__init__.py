"""What people do with tenders under control."""
