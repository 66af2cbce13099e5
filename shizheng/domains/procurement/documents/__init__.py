"""Documents of failed tenders."""
