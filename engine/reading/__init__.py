"""The three-valued reading: rules become two-valued plan rules, one for what is certain and one for what is possible."""
