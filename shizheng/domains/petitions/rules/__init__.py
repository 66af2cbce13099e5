"""What holds for petitions, pure: classes, sources, the life of a petition, templates of replies, look-up codes."""
