"""Reading what citizens may see of their cases, surveys, and frequent questions."""
