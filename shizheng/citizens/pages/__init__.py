"""Pages that anybody opens, and those on which officers maintain them."""
