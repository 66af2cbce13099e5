"""Pure rules of publications: identity, files, comparison."""
