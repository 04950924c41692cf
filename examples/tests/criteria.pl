% Each criterion of the Xpovio policy not documented, and not met, where nothing else is documented.

% Nothing but the request: every criterion is open.
request(nothing, selinexor, initial, 2024-09-03).

expect(nothing, more_information_needed).
expect(nothing, age, not_documented).
expect(nothing, diagnosis, not_documented).
expect(nothing, antiemetic_prophylaxis, not_documented).
expect(nothing, monitoring, not_documented).
expect(nothing, contraception, not_documented).

request(nothing_renewal, selinexor, renewal, 2024-09-03).

expect(nothing_renewal, more_information_needed).
expect(nothing_renewal, age, not_documented).
expect(nothing_renewal, diagnosis, not_documented).
expect(nothing_renewal, no_progression_or_toxicity, not_documented).

% The record has no date of birth, and is said to be complete.
request(no_birth_date, selinexor, initial, 2024-09-03).
complete(no_birth_date, birth_date).

expect(no_birth_date, criteria_not_met).
expect(no_birth_date, age, not_met).

% Born after the request: no age can be reckoned, and the record cannot be right.
request(born_later, selinexor, initial, 2024-09-03).
birth_date(born_later, 2024-10-01).

expect(born_later, conflicting_evidence).
expect(born_later, age, not_met).

request(child_renewal, selinexor, renewal, 2024-09-03).
birth_date(child_renewal, 2010-01-01).

expect(child_renewal, criteria_not_met).
expect(child_renewal, age, not_met).

% No antiemetic at all, or only said not to be one.
request(no_antiemetic, selinexor, initial, 2024-09-03).
complete(no_antiemetic, prophylaxis).

expect(no_antiemetic, criteria_not_met).
expect(no_antiemetic, antiemetic_prophylaxis, not_met).

request(no_antiemetic_renewal, selinexor, renewal, 2024-09-03).
complete(no_antiemetic_renewal, prophylaxis).

expect(no_antiemetic_renewal, criteria_not_met).
expect(no_antiemetic_renewal, antiemetic_prophylaxis, not_met).

% Each of the three things that are monitored is asked for.
request(no_blood_count, selinexor, initial, 2024-09-03).
-agrees_to_monitor(no_blood_count, complete_blood_count).

expect(no_blood_count, criteria_not_met).
expect(no_blood_count, monitoring, not_met).

request(no_chemistry, selinexor, initial, 2024-09-03).
agrees_to_monitor(no_chemistry, complete_blood_count).
-agrees_to_monitor(no_chemistry, blood_chemistry).

expect(no_chemistry, criteria_not_met).
expect(no_chemistry, monitoring, not_met).

request(no_body_weight, selinexor, initial, 2024-09-03).
agrees_to_monitor(no_body_weight, complete_blood_count).
agrees_to_monitor(no_body_weight, blood_chemistry).
-agrees_to_monitor(no_body_weight, body_weight).

expect(no_body_weight, criteria_not_met).
expect(no_body_weight, monitoring, not_met).

request(body_weight_open, selinexor, initial, 2024-09-03).
agrees_to_monitor(body_weight_open, complete_blood_count).
agrees_to_monitor(body_weight_open, blood_chemistry).

expect(body_weight_open, more_information_needed).
expect(body_weight_open, monitoring, not_documented).
expect_missing(body_weight_open, agrees_to_monitor).

request(no_monitoring_renewal, selinexor, renewal, 2024-09-03).
complete(no_monitoring_renewal, agrees_to_monitor).

expect(no_monitoring_renewal, criteria_not_met).
expect(no_monitoring_renewal, monitoring, not_met).

% Contraception is needed, and not advised.
request(no_contraception, selinexor, initial, 2024-09-03).
sex(no_contraception, female).
reproductive_potential(no_contraception).
-contraception_advised(no_contraception).

expect(no_contraception, criteria_not_met).
expect(no_contraception, contraception, not_met).

request(no_contraception_renewal, selinexor, renewal, 2024-09-03).
sex(no_contraception_renewal, male).
partner_of_reproductive_potential(no_contraception_renewal).
-contraception_advised(no_contraception_renewal).

expect(no_contraception_renewal, criteria_not_met).
expect(no_contraception_renewal, contraception, not_met).

request(contraception_renewal, selinexor, renewal, 2024-09-03).
sex(contraception_renewal, male).
partner_of_reproductive_potential(contraception_renewal).
contraception_advised(contraception_renewal).

expect(contraception_renewal, more_information_needed).
expect(contraception_renewal, contraception, met).

% Before May 2021 the policy did not ask for contraception; whether it would be needed is open here.
request(contraception_not_asked_for, selinexor, initial, 2021-04-30).

expect(contraception_not_asked_for, more_information_needed).
expect(contraception_not_asked_for, contraception, not_applicable).

% What a renewal asks of the treatment so far.
request(toxic, selinexor, renewal, 2024-09-03).
-disease_progression(toxic).
unacceptable_toxicity(toxic).

expect(toxic, criteria_not_met).
expect(toxic, no_progression_or_toxicity, not_met).

request(well, selinexor, renewal, 2024-09-03).
-disease_progression(well).
-unacceptable_toxicity(well).

expect(well, more_information_needed).
expect(well, no_progression_or_toxicity, met).

% A drug of no policy here.
request(other_drug, bortezomib, initial, 2024-09-03).
birth_date(other_drug, 1953-04-11).

expect(other_drug, no_policy_in_force).
