dose(1.5e3).
