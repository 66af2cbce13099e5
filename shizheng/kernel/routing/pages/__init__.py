"""Pages of routing: looking at models, and changing them."""
