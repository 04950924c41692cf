"""What a person sees: proofs, missing facts, reports, the prompt and the command line."""
