"""Documents: a neutral model (`model`) and its writers (`odt`, `pdf`, `sheets`, `data`, `text`)."""
