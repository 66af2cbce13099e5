"""Pure rules of Open311: how documents are written, what arguments mean, whether an answer fits its question."""
