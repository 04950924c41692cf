'$new'(a).
