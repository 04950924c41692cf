/*  Asks SWI-Prolog a list of goals, so that tests can compare its answers with
    Priorlog's:

        swipl -q kb/library/prelude.pl tests/swipl_driver.pl -- [OPTION] GOALSFILE FILE...

    loads each FILE, then reads GOALSFILE, one goal term after the other, such as

        path(a, X).

    and prints for each a line `#GOAL` and one line for each different answer, in
    standard order: the values of the goal's variables in order of first
    occurrence, separated by tabs, or `()` if there is none.  Variables that occur
    only inside \+ or in the template and goal of a count are local and not
    printed, nor is `_`; one that an answer leaves unbound prints as `_`.

    --time-limit=SECONDS stops a goal that takes longer; `#TIME_LIMIT` is printed in
    place of its answers, and `#ERROR` for a goal that raises an error.

    Exit status: 0 if all goals were answered, 1 if loading printed a warning or an
    error (nothing is asked then), or a goal ended in #TIME_LIMIT or #ERROR, 2 for
    wrong usage.  Messages go to stderr.
*/

:- module(swipl_driver, []).
:- set_module(base(system)).

:- use_module(library(apply), [exclude/3, foldl/4, maplist/2, maplist/3]).
:- use_module(library(lists), [member/2]).
:- use_module(library(time), [call_with_time_limit/2]).

:- dynamic
    complained/0.

:- multifile user:message_hook/3.

user:message_hook(_, Kind, _) :-
    memberchk(Kind, [warning, error]),
    assertz(swipl_driver:complained),
    fail.

:- initialization(main, main).

main :-
    current_prolog_flag(argv, Arguments),
    (   command(Arguments, Limit, GoalsFile, Files)
    ->  run(Limit, GoalsFile, Files)
    ;   format(user_error, 'usage: [--time-limit=SECONDS] GOALSFILE FILE...~n',
               []),
        halt(2)
    ).

command([Option|Arguments], Limit, GoalsFile, Files) :-
    atom_concat('--time-limit=', Text, Option),
    !,
    atom_number(Text, Limit),
    command(Arguments, _, GoalsFile, Files).
command([GoalsFile|Files], none, GoalsFile, Files).

run(Limit, GoalsFile, Files) :-
    maplist(load, Files),
    ( complained -> halt(1) ; true ),
    set_stream(user_output, encoding(utf8)),
    setup_call_cleanup(
        open(GoalsFile, read, Goals, [encoding(utf8)]),
        answer_all(Goals, Limit),
        close(Goals)),
    ( complained -> halt(1) ; halt(0) ).

load(File) :-
    catch(load_files(user:File, [if(not_loaded)]), Error,
          print_message(error, Error)).

answer_all(Goals, Limit) :-
    read_term(Goals, Goal,
              [ module(user),
                variable_names(Names),
                subterm_positions(Layout)
              ]),
    (   Goal == end_of_file
    ->  true
    ;   format('#GOAL~n'),
        answer(Goal, Layout, Names, Limit),
        answer_all(Goals, Limit)
    ).

answer(Goal, Layout, Names, Limit) :-
    maplist(arg(2), Names, Named),
    outer_variables(Goal, Outer),
    exclude(is_not_in(Outer), Named, Variables),
    catch(answers(Goal, Layout, Variables, Limit, Answers), Error, true),
    (   var(Error)
    ->  maplist(print_answer, Answers)
    ;   report(Error)
    ).

answers(Goal, Layout, Variables, Limit, Answers) :-
    abolish_all_tables,
    prelude:query(Goal, Layout, Executable),
    limited(Limit, findall(Variables, user:Executable, All)),
    sort(All, Answers).

limited(none, Goal) :-
    !,
    call(Goal).
limited(Limit, Goal) :-
    call_with_time_limit(Limit, Goal).

report(time_limit_exceeded) :-
    !,
    assertz(complained),
    format('#TIME_LIMIT~n').
report(Error) :-
    format('#ERROR~n'),
    print_message(error, Error).

is_not_in(Variables, Variable) :-
    \+ ( member(Other, Variables), Other == Variable ).

%!  outer_variables(+Goal, -Variables)
%
%   Variables of Goal that are not local to a negation or a count.

outer_variables(Goal, Variables) :-
    outer(Goal, Outer),
    term_variables(Outer, Variables).

outer(Variable, Variable) :-
    var(Variable),
    !.
outer((A, B), OuterA-OuterB) :-
    !,
    outer(A, OuterA),
    outer(B, OuterB).
outer((A ; B), Outer) :-
    !,
    outer((A, B), Outer).
outer(\+ _, none) :-
    !.
outer(at_least(K, _, _), K) :-
    !.
outer(at_most(K, _, _), K) :-
    !.
outer(documented(Goal), Outer) :-
    !,
    outer(Goal, Outer).
outer(aggregate_all(_, _, _, Value), Value) :-
    !.
outer(Literal, Literal).


%   Answers as text

print_answer([]) :-
    !,
    format('()~n').
print_answer(Values) :-
    maplist(constant_text, Values, Texts),
    atomic_list_concat(Texts, '\t', Line),
    format('~w~n', [Line]).

constant_text(Variable, '_') :-
    var(Variable),
    !.
constant_text(Year-Month-Day, Text) :-
    maplist(integer, [Year, Month, Day]),
    !,
    format(atom(Text), '~|~`0t~d~4+-~|~`0t~d~2+-~|~`0t~d~2+',
           [Year, Month, Day]).
constant_text(Constant, Text) :-
    format(atom(Text), '~q', [Constant]).
