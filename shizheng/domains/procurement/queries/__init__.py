"""What is asked about failed tenders and design reviews."""
