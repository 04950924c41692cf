% The 18th birthday itself, and conditions that show disease where the request is for them and the history is open.

request(eighteenth_birthday, evolocumab, initial, 2025-06-16).
birth_date(eighteenth_birthday, 2007-06-16).

expect(eighteenth_birthday, more_information_needed).
expect(eighteenth_birthday, age, met).

request(for_acute_coronary_syndrome, evolocumab, initial, 2025-06-16).
indication(for_acute_coronary_syndrome, acute_coronary_syndrome).

expect(for_acute_coronary_syndrome, more_information_needed).
expect(for_acute_coronary_syndrome, established_disease, met).

request(for_angina, evolocumab, initial, 2025-06-16).
indication(for_angina, angina).

expect(for_angina, more_information_needed).
expect(for_angina, established_disease, met).
