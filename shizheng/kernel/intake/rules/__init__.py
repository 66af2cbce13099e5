"""Pure rules of intake: typed values, proposals of a mapping, rows translated by it."""
