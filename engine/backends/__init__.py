"""What answers plan rules: pyDatalog for one case and the prompt, SQL for populations."""
