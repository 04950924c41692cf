:- dynamic seen/2.
