"""Meetings as documents: the minutes, and the pack for the chair."""
