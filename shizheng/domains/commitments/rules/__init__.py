"""What holds for commitments whatever the database: states, days, cycles, near texts, fields, sheets."""
