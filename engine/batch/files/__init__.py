"""The files of a population: their layout, how they are opened, and what is wrong with the facts in them."""
