"""Processes that are killed in the middle of an act: all of it is there afterwards, or nothing."""
