agent({bortezomib}).
