"""What is set as documents for meetings: the page of a tender."""
