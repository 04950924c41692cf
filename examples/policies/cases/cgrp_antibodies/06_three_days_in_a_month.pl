% Three migraine days in the month before last: criteria_not_met, whatever else is open.

request(three_days, galcanezumab, initial, 2019-03-11).
indication(three_days, migraine).
migraine_days(three_days, 1, 12).
migraine_days(three_days, 2, 3).
