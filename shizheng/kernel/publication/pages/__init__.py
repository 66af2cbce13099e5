"""Pages of publications: for officers, for everybody, and the feeds."""
