% Another headache, by a patient with migraine too: criteria_not_met.

request(cluster, galcanezumab, initial, 2019-08-05).
prescriber_specialty(cluster, neurology).
indication(cluster, 'episodic cluster headache').
by_ichd(cluster, migraine_without_aura).
overuse_excluded(cluster).

% What a policy test expects.
expect(cluster, criteria_not_met).
expect(cluster, specialist, met).
expect(cluster, prescribed_by_specialist, met).
expect(cluster, prescribed_with_specialist, not_documented).
expect(cluster, diagnosis, not_met).
expect(cluster, medication_overuse, met).
expect(cluster, migraine_days, not_documented).
expect(cluster, preventives, not_documented).
expect(cluster, preferred_drug, not_applicable).
expect(cluster, preferred_requested, met).
expect(cluster, preferred_failed, not_documented).
expect(cluster, preferred_contraindicated, not_documented).
