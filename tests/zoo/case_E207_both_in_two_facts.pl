request(c1, selinexor, initial, 2024-09-03).
quantity(c1, 96, 84).
quantity(c1, 96, 28).
regimen(c1, 80, 2).
regimen(c1, 80, 1).
