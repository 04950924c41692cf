agent(5ht3).
