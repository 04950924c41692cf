"""A case of which only some is known, for a solver: ground rules, and the smallest sets of facts that settle a goal."""
