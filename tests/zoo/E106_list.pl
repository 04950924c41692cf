agents([bortezomib, dexamethasone]).
