% What is requested beside the dosing table: it changes no determination, and is told as something to look at.

request(no_such_dose, selinexor, initial, 2024-09-03).
regimen(no_such_dose, 70, 2).
tablet(no_such_dose, 20).
quantity(no_such_dose, 56, 28).

expect(no_such_dose, more_information_needed).

request(no_regimen, selinexor, initial, 2024-09-03).
complete(no_regimen, regimen).

expect(no_regimen, more_information_needed).

request(no_tablet, selinexor, initial, 2024-09-03).
regimen(no_tablet, 80, 2).
complete(no_tablet, tablet).

expect(no_tablet, more_information_needed).

request(no_quantity, selinexor, initial, 2024-09-03).
regimen(no_quantity, 80, 2).
tablet(no_quantity, 20).
complete(no_quantity, quantity).

expect(no_quantity, more_information_needed).

request(too_many, selinexor, initial, 2024-09-03).
regimen(too_many, 80, 2).
tablet(too_many, 20).
quantity(too_many, 200, 28).

expect(too_many, more_information_needed).

request(too_few, selinexor, initial, 2024-09-03).
regimen(too_few, 80, 2).
tablet(too_few, 20).
quantity(too_few, 4, 84).

expect(too_few, more_information_needed).
