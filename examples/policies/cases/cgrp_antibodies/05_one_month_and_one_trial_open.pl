% Of one month the number of migraine days is not documented, nor how long the second preventive was tried: more_information_needed.

request(two_open, galcanezumab, initial, 2019-03-11).
prescriber_specialty(two_open, neurology).
indication(two_open, migraine).
by_ichd(two_open, migraine_with_aura).
overuse_excluded(two_open).
migraine_days(two_open, 1, 5).
migraine_days(two_open, 3, 6).
trial(two_open, depakote, 70).
failed(two_open, depakote).
failed(two_open, timolol).
complete(two_open, failed).
