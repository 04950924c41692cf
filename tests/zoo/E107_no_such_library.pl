:- use_module(library(case)).
