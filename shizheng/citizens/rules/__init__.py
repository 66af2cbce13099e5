"""What holds for receipts, questions and searches, without Django, clock or database."""
