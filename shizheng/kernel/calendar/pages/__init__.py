"""Pages of the calendar: the year, a day, closures, deadlines, versions."""
