% Another headache, by a patient with migraine too: criteria_not_met.

request(cluster, galcanezumab, initial, 2019-08-05).
prescriber_specialty(cluster, neurology).
indication(cluster, 'episodic cluster headache').
by_ichd(cluster, migraine_without_aura).
overuse_excluded(cluster).
