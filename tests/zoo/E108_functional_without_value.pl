:- functional seen(+, +).
