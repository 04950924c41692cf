"""What follows: checking programs, the three-valued reading, and the back ends that answer."""
