"""What the city's plans say about tenders under control, as pure functions: no Django, no clock, no database."""
