"""What there is to read about tenders under control."""
