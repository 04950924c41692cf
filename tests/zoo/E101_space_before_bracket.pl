agent (bortezomib).
