:- functional seen(key, value).
