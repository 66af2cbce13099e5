"""Pages of filing: rounds and who has filed, one return as one screen, the grid, corrections."""
