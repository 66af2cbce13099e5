"""Pages: one's own messages and preferences; templates; mails on their way."""
