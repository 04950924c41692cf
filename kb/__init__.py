"""What is written and what is known: the language, its declarations, policies, drug facts and cases."""
