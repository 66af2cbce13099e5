"""Pure rules of filing: states and acts, levels of sign-off, dates of a round, the ladder, what is typed."""
