:- functional seen(+, ?).
