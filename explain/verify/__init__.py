"""The checker of explanations: it takes their JSON and works out again whether each step follows."""
