"""What planning decides without a database: matching results to KPIs, reading figures, tallying boards."""
