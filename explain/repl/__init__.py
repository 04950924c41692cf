"""The prompt: goals and commands typed by a person, or read from a pipe."""
