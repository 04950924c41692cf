/*  Priorlog's rule language for SWI-Prolog.

    With this file loaded first, every Priorlog rule file loads unchanged:

        swipl -q kb/library/prelude.pl FILE...

    and a goal has the answers that Priorlog gives it in the closed-world
    reading, where what is neither stated nor derived is false.  Written for
    SWI-Prolog 9.0.4.

    What it does to the clauses of a file loaded into module user:

      - A predicate that a clause or a declaration mentions becomes dynamic,
        multifile and discontiguous, and tabled once it has a rule.  One that
        has no clause simply fails.  (`priorlog check` finds misspelt names.)
      - -p(X), strong negation, is a predicate of its own, '-p'/1.
      - A predicate whose name is taken in user, by a built-in predicate
        (write/1, forall/2) or a hook (portray/1), is kept as 'user:write'/1.
        Library predicates (append/3, last/2) are simply redefined.
      - Comparison, arithmetic, dates and counting fail where SWI-Prolog
        raises an error.
      - Facts have the constants that names in them stand for, by the
        vocabularies declared above them.
      - Other declarations are read and, apart from making their predicates
        known, ignored.

    Goals typed at the prompt are treated like rule bodies; tables are dropped
    before each.  Goals passed with -g are not: there the exported predicates
    and -p(X) work, but comparison and arithmetic are SWI-Prolog's own.

    Limits:

      - Literals run from left to right, so variables must be bound before
        \+, arithmetic, dates and counting need them.
      - Decimals are read as floating point numbers.
      - A name that no vocabulary knows is left as it is; words for form, route
        or strength after a name are not read.
      - Control constructs, true/0, fail/0, false/0 and the language's own
        builtins cannot be redefined; that is reported as an error.
      - The names of SWI-Prolog's prefix operators (table, dynamic, ...) need
        parentheses as an operand before a comma: X = (table), ...
      - All text that goes into module user is taken for Priorlog's language,
        so other Prolog code must be in modules.
      - At the prompt, Y-M-D counts as a date in arithmetic if it could be one
        (2024-7-1); in files only if it is written as one (2024-07-01).
*/

:- module(prelude,
          [ op(690, fx, pred),
            op(690, fx, abducible),
            op(690, fx, functional),
            op(690, fx, question),
            op(950, xfx, ::),
            (-)/1,
            age/3,
            days_between/3,
            add_days/3,
            add_months/3,
            at_least/3,
            at_most/3,
            aggregate_all/4,
            documented/1
          ]).

/*  The declaration operators bind tighter than comparison (700).  With the
    usual 1150, `X = pred, p(X)` would be a syntax error.  The price is that
    `abducible a/1, b/2` reads as (abducible a/1), b/2; see declaration/2.
*/

% What is defined in user must not reach the code below.
:- set_module(base(system)).

:- use_module(library(apply), [exclude/3, foldl/4, foldl/5, maplist/2, maplist/3, maplist/4]).
:- use_module(library(lists), [last/2, max_member/2, member/2, memberchk/2,
                               min_member/2, same_length/2]).

:- meta_predicate
    at_least(?, ?, 0),
    at_least(+, ?, ?, 0),
    at_most(?, ?, 0),
    aggregate_all(?, ?, 0, ?),
    documented(0).

:- dynamic
    known/3,            % Key, Arity, Name: p or -(p), kept under Name
    declared/3,         % Key, Arity, Name: known, and declared in this file
    has_rules/2,        % Name, Arity
    argument_types/3,   % Key, Arity, Types
    vocabulary/3,       % Type, Use, Name/Arity
    name_index/3,       % Type, Folded name, Name-Constant or constant(Constant)
    has_one_value/2,    % Key, Arity: declared as functional
    calls/2.            % Caller, Callee: Name/Arity or the number of a count

% Rule files are UTF-8, whatever the locale says.
:- initialization(set_prolog_flag(encoding, utf8), now).


%   Loading

:- multifile
    user:term_expansion/4,
    user:expand_query/4,
    user:message_hook/3.
:- dynamic
    user:term_expansion/4,
    user:expand_query/4,
    user:message_hook/3.

% Tools that only read a program (make/0 does) expand its terms too.
user:term_expansion(Term, Layout, Clauses, _) :-
    callable(Term),
    '$current_source_module'(user),
    \+ current_prolog_flag(xref, true),
    prelude:expanded(Term, Layout, Clauses).

user:expand_query(Goal, Expanded, Bindings, Bindings) :-
    abolish_all_tables,
    prelude:query(Goal, _, Expanded).

% A declaration names each of its variables once.
user:message_hook(singletons((:- Directive), _), warning, _) :-
    prelude:declaration(Directive, _).

%!  expanded(+Term, ?Layout, -Clauses) is semidet.
%
%   Clauses is what to load for the Term read from a file.  Fails if that is
%   Term itself.  The first clause is what makes loading many facts fast.

expanded(Fact, _, _) :-
    functor(Fact, Name, Arity),
    declared(Name, Arity, Name),
    \+ has_names(Name, Arity, _),
    !,
    fail.
expanded(begin_of_file, _, _) :-
    !,
    retractall(declared(_, _, _)),
    fail.
expanded((:- Directive), _, []) :-
    !,
    declaration(Directive, Predicates),
    maplist(make_known, Predicates),
    note_types(Directive),
    note_functional(Directive),
    note_vocabulary(Directive).
expanded((?- _), _, _) :-
    !,
    fail.
expanded(end_of_file, _, _) :-
    !,
    abolish_all_tables,
    fail.
expanded((Head :- _), _, []) :-
    reserved(Head),
    !.
expanded((Head0 :- Body0), Layout, (Head :- Body)) :-
    !,
    callable(Head0),
    literal(Head0, Head, Indicator),
    as_written((Head0 :- Body0), Layout, (_ :- Body1)),
    body(Body1, Indicator, Body),
    needs_table(Indicator).
expanded(Head, _, []) :-
    reserved(Head),
    !.
expanded(Head, _, Facts) :-
    callable(Head),
    key(Head, Key, Atom),
    functor(Atom, _, Arity),
    has_names(Key, Arity, Types),
    !,
    findall(Fact, meant_fact(Head, Types, Fact), Facts).
expanded(Head, _, Fact) :-
    literal(Head, Fact, _).

%   Names of vocabularies

note_types(Directive) :-
    typed(Directive, Literal),
    key(Literal, Key, Atom),
    !,
    Atom =.. [_|Arguments],
    functor(Atom, _, Arity),
    maplist(argument_type, Arguments, Types),
    retractall(argument_types(Key, Arity, _)),
    assertz(argument_types(Key, Arity, Types)).
note_types(_).

typed(pred(Literal :: _), Literal).
typed((pred Literal) :: _, Literal).

argument_type(Argument, Type) :-
    ( nonvar(Argument), Argument = _:Type0 -> Type = Type0 ; Type = any ).

note_functional(functional(Literals)) :-
    !,
    conjuncts(Literals, Each),
    forall(( member(Literal, Each), key(Literal, Key, Atom), functor(Atom, _, Arity) ),
           ( retractall(has_one_value(Key, Arity)), assertz(has_one_value(Key, Arity)) )).
note_functional(_).

note_vocabulary(Directive) :-
    Directive =.. [Use, Type, Predicate],
    memberchk(Use, [vocabulary, also_called]),
    !,
    retractall(name_index(Type, _, _)),
    (   vocabulary(Type, Use, Predicate)
    ->  true
    ;   assertz(vocabulary(Type, Use, Predicate))
    ).
note_vocabulary(_).

%!  has_names(+Key, +Arity, -Types) is semidet.
%
%   A predicate has arguments of a type with a vocabulary, and is none that
%   a vocabulary is made of.

has_names(Key, Arity, Types) :-
    argument_types(Key, Arity, Types),
    \+ vocabulary(_, _, Key/Arity),
    once(( member(Type, Types), vocabulary(Type, vocabulary, _) )).

%!  meant_fact(+Head, +Types, -Fact) is nondet.
%
%   A name for several constants is left as it is where one is meant: in a
%   denial, and as the one value of something.

meant_fact(Head, Types, Fact) :-
    literal(Head, Goal, _),
    Goal =.. [Name|Written],
    length(Written, Arity),
    key(Head, Key0, _),
    (   ( Key0 = -(_) ; has_one_value(Key0, Arity) )
    ->  Takes = one
    ;   Takes = each
    ),
    foldl(meant(Takes), Written, Types, Names-Meant, []-[]),
    (   Fact =.. [Name|Meant]
    ;   Written = [Case|_],
        key(Head, Key, _),
        member(Called, Names),
        Called \== none,
        Said =.. [recorded_as, Case, Key, Called],
        literal(Said, Fact, _)
    ).

meant(Takes, Written, Type, [Name|Names]-[Constant|Meant], Names-Meant) :-
    vocabulary(Type, vocabulary, _),
    \+ known_constant(Type, Written),
    !,
    folded(Written, Folded),
    indexed(Type),
    (   name_index(Type, Folded, constant(Constant0))
    ->  Name = none,
        Constant = Constant0
    ;   findall(Called-One, name_index(Type, Folded, Called-One), Several),
        stands(Takes, Several)
    ->  member(Name-Constant, Several)
    ;   Name = none,
        Constant = Written
    ).
meant(_, Constant, _, Names-[Constant|Meant], Names-Meant).

stands(each, [_|_]).
stands(one, [_-Constant|More]) :-
    forall(member(_-Other, More), Other == Constant).

known_constant(Type, Constant) :-
    vocabulary(Type, vocabulary, Name/1),
    Goal =.. [Name, Constant],
    catch(user:Goal, _, fail),
    !.

indexed(Type) :-
    name_index(Type, _, _),
    !.
indexed(Type) :-
    forall(( vocabulary(Type, vocabulary, Name/1), Goal =.. [Name, Constant],
             user:Goal, folded(Constant, Folded) ),
           assertz(name_index(Type, Folded, constant(Constant)))),
    forall(( vocabulary(Type, also_called, Name/2),
             Goal =.. [Name, Called, Constant],
             user:Goal, known_constant(Type, Constant),
             folded(Called, Folded) ),
           assertz(name_index(Type, Folded, Called-Constant))).

%!  folded(+Name, -Folded)
%
%   A name without case and without what does not count in names.

folded(Name, Folded) :-
    term_string(Name, Name0, [quoted(false)]),
    string_lower(Name0, Lower),
    string_chars(Lower, Chars),
    exclude(passed_over, Chars, Counting),
    string_chars(Folded, Counting).

passed_over(Char) :- char_type(Char, space).
passed_over(Char) :-
    memberchk(Char, ['-', '_', '.', ',', '\'', '(', ')', '/', '+', '&',
                     '\u2019', '\u00ae', '\u2122']).


%!  declaration(+Directive, -Predicates) is semidet.
%
%   Directive is a declaration about Predicates: heads, indicators and
%   strong negations of these.

declaration(Directive, _) :-
    var(Directive),
    !,
    fail.
declaration((First, More), [Predicate|Predicates]) :-
    declaration(First, [Predicate]),
    conjuncts(More, Predicates).
declaration(pred(P :: _), [P]).
declaration((pred P) :: _, [P]).
declaration(question(P :: _), [P]).
declaration((question P) :: _, [P]).
declaration(abducible(P), Ps) :- conjuncts(P, Ps).
declaration(functional(P), Ps) :- conjuncts(P, Ps).
declaration(cite(P, _), [P]).
declaration(policy(_, _), []).
declaration(vocabulary(_, P), [P]).
declaration(also_called(_, P), [P]).
declaration(qualified_by(_, P), [P]).
declaration(source(_), []).
declaration(source(_, _), []).
declaration(source(_, _, _), []).

conjuncts(Conjunction, [First|More]) :-
    nonvar(Conjunction),
    Conjunction = (First, Rest),
    !,
    conjuncts(Rest, More).
conjuncts(Last, [Last]).

make_known(Predicate) :-
    declared_key(Predicate, Key, Arity),
    !,
    known_as(Key, Arity, _).
make_known(Predicate) :-
    print_message(error, error(type_error(predicate_indicator, Predicate), _)).

declared_key(Indicator, Key, Arity) :-
    callable(Indicator),
    Indicator = Name/Arity,
    !,
    integer(Arity),
    ( atom(Name) -> Key = Name ; Name = -Positive, atom(Positive), Key = Name ).
declared_key(Literal, Key, Arity) :-
    callable(Literal),
    key(Literal, Key, Atom),
    functor(Atom, _, Arity).

%!  reserved(+Head) is semidet.
%
%   Head belongs to the language and no clause may define it, which is
%   reported here.

reserved(Head) :-
    callable(Head),
    builtin(Head),
    functor(Head, Name, Arity),
    print_message(error, error(permission_error(modify, builtin, Name/Arity),
                               _)).

builtin(-Atom) :- callable(Atom), builtin(Atom).
builtin(true).
builtin(fail).
builtin(false).
builtin(_ = _).
builtin(_ \= _).
builtin(_ == _).
builtin(_ \== _).
builtin(_ @< _).
builtin(_ @=< _).
builtin(_ @> _).
builtin(_ @>= _).
builtin(_ is _).
builtin(Comparison) :- comparison(Comparison, _, _, _).
builtin(between(_, _, _)).
builtin(member(_, _)).
builtin(age(_, _, _)).
builtin(days_between(_, _, _)).
builtin(add_days(_, _, _)).
builtin(add_months(_, _, _)).
builtin(at_least(_, _, _)).
builtin(at_most(_, _, _)).
builtin(aggregate_all(_, _, _, _)).
builtin(documented(_)).
builtin(\+ _).
builtin((_ , _)).
builtin((_ ; _)).
builtin((_ -> _)).
builtin((_ *-> _)).
builtin(!).


%   Names

%!  literal(+Literal, -Goal, -Indicator)
%
%   Goal is the Literal p(..) or -p(..) by the name it is kept under.

literal(Literal, Goal, Name/Arity) :-
    key(Literal, Key, Atom),
    Atom =.. [_|Arguments],
    functor(Atom, _, Arity),
    known_as(Key, Arity, Name),
    Goal =.. [Name|Arguments].

key(-Atom, -Name, Atom) :-
    callable(Atom),
    !,
    functor(Atom, Name, _).
key(Atom, Name, Atom) :-
    functor(Atom, Name, _).

known_as(Key, Arity, Name) :-
    declared(Key, Arity, Name),
    !.
known_as(Key, Arity, Name) :-
    (   known(Key, Arity, Name)
    ->  true
    ;   chosen_name(Key, Arity, Name),
        assertz(known(Key, Arity, Name))
    ),
    assertz(declared(Key, Arity, Name)),
    declare(Name, Arity).

% Loading a file again takes back what it declared, so each file declares all
% that it mentions.
declare(Name, Arity) :-
    dynamic(user:Name/Arity),
    multifile(user:Name/Arity),
    discontiguous(user:Name/Arity),
    ( has_rules(Name, Arity) -> table(user:Name/Arity) ; true ).

chosen_name(Key, Arity, Name) :-
    ( Key = -Positive -> atom_concat(-, Positive, Wanted) ; Wanted = Key ),
    (   taken(Key, Wanted, Arity)
    ->  atom_concat('user:', Wanted, Name)
    ;   Name = Wanted
    ).

% Names that begin with a minus are set aside for strong negation.
taken(Key, Name, Arity) :-
    (   atom(Key),
        sub_atom(Name, 0, _, _, -)
    ;   current_predicate(user:Name/Arity)
    ),
    !.

% A table for a predicate that only has facts would be a second copy.
needs_table(Name/Arity) :-
    has_rules(Name, Arity),
    !.
needs_table(Name/Arity) :-
    assertz(has_rules(Name, Arity)),
    table(user:Name/Arity).


%   Bodies

%!  query(+Goal, ?Layout, -Executable)
%
%   Executable runs Goal, as a rule body would, in module user.  Layout is
%   its subterm_positions, or unbound.

query(Goal, Layout, Executable) :-
    as_written(Goal, Layout, Written),
    body(Written, query, Executable).

%!  body(+Body, +Caller, -Executable)
%
%   Caller is the indicator of the head, the number of the count around Body,
%   or `query`.  A query may call any Prolog predicate too.

body(Variable, _, Variable) :-
    var(Variable),
    !.
body((A0, B0), Caller, (A, B)) :-
    !,
    body(A0, Caller, A),
    body(B0, Caller, B).
body((A0 ; B0), Caller, (A ; B)) :-
    !,
    body(A0, Caller, A),
    body(B0, Caller, B).
body(\+ A0, Caller, \+ A) :-
    !,
    body(A0, Caller, A).
body(documented(Goal0), Caller, Goal) :-
    !,
    body(Goal0, Caller, Goal).
body(at_least(K, Template, Goal0), Caller,
     prelude:at_least(Count, K, Template, user:Goal)) :-
    !,
    flag(prelude_count, Count, Count + 1),
    note_call(Caller, Count),
    body(Goal0, Count, Goal).
body(at_most(K, Template, Goal0), Caller, at_most(K, Template, Goal)) :-
    !,
    body(Goal0, Caller, Goal).
body(aggregate_all(What, Template, Goal0, Value), Caller,
     aggregate_all(What, Template, Goal, Value)) :-
    !,
    body(Goal0, Caller, Goal).
body(Comparison, _, Goal) :-
    comparison(Comparison, Order, A, B),
    !,
    (   maplist(expression, [A, B])
    ->  term_variables(A+B, Variables),
        Goal = prelude:compare_values(Order, Variables, A, B)
    ;   Goal = fail
    ).
body(X is Expression, _, Goal) :-
    !,
    (   expression(Expression)
    ->  term_variables(Expression, Variables),
        Goal = prelude:evaluates_to(Variables, Expression, X)
    ;   Goal = fail
    ).
body(between(Low, High, X), _, prelude:between_integers(Low, High, X)) :-
    !.
body(Goal, _, Goal) :-
    builtin(Goal),
    !.
body(Literal, query, Goal) :-
    !,
    (   key(Literal, Key, Atom),
        functor(Atom, _, Arity),
        ( Key = -_ -> true ; known(Key, Arity, _) )
    ->  literal(Literal, Goal, _)
    ;   Goal = Literal
    ).
body(Literal, Caller, Goal) :-
    callable(Literal),
    !,
    literal(Literal, Goal, Callee),
    note_call(Caller, Callee).
body(Other, _, Other).          % not callable: the compiler reports it

note_call(query, _) :-
    !.
note_call(Caller, Callee) :-
    calls(Caller, Callee),
    !.
note_call(Caller, Callee) :-
    assertz(calls(Caller, Callee)).

%!  -(:Atom)
%
%   Strong negation, in goals that are not expanded.

-(Atom) :-
    literal(-Atom, Goal, _),
    call(user:Goal).


%   Arithmetic

comparison(A < B, <, A, B).
comparison(A =< B, =<, A, B).
comparison(A > B, >, A, B).
comparison(A >= B, >=, A, B).
comparison(A =:= B, =:=, A, B).
comparison(A =\= B, =\=, A, B).

%!  as_written(+Goal, ?Layout, -Goal)
%
%   2024-07-01 and 2024 - 7 - 1 are one term to Prolog, and it reads
%   X+2024-07-01 as ((X+2024)-7)-1.  So the Layout of the text tells where
%   arithmetic has a date in it.  There the atom `date` takes its place, which
%   is no number either.

as_written(Term, _, Term) :-
    \+ compound(Term),
    !.
as_written(Term0, Layout, Term) :-
    arithmetic(Term0),
    !,
    map_arguments(without_dates, Term0, Layout, Term).
as_written(Term0, Layout, Term) :-
    map_arguments(as_written, Term0, Layout, Term).

arithmetic(_ is _).
arithmetic(Comparison) :-
    comparison(Comparison, _, _, _).

without_dates(Term, _, Term) :-
    \+ compound(Term),
    !.
without_dates(Term, Layout, date) :-
    inner_layout(Layout, Inner),
    written_as_date(Term, Inner),
    !.
without_dates(Term0, Layout, Term) :-
    map_arguments(without_dates, Term0, Layout, Term).

written_as_date(Y-M-D, Layout) :-
    var(Layout),
    !,
    maplist(integer, [Y, M, D]),
    between(1000, 9999, Y),
    between(1, 12, M),
    between(1, 31, D).
written_as_date(BeforeMonth-Month-AfterMonth,
                term_position(_, _, _, _, [Left, Right])) :-
    integer(Month),
    Left = term_position(_, _, _, _, [LeftOfMonth, MonthStart-MonthEnd]),
    last_numeral(BeforeMonth, LeftOfMonth, YearStart-YearEnd),
    first_numeral(AfterMonth, Right, DayStart-DayEnd),
    YearEnd =:= YearStart + 4,
    MonthStart =:= YearEnd + 1,
    MonthEnd =:= MonthStart + 2,
    DayStart =:= MonthEnd + 1,
    DayEnd =:= DayStart + 2.

last_numeral(Number, Start-End, Start-End) :-
    !,
    integer(Number).
last_numeral(Term, term_position(_, End, _, _, Layouts), Start-End) :-
    Term =.. [_|Arguments],
    last(Arguments, Argument),
    last(Layouts, Layout),
    last_numeral(Argument, Layout, Start-End).

first_numeral(Number, Start-End, Start-End) :-
    !,
    integer(Number).
first_numeral(Term, term_position(Start, _, _, _, [Layout|_]), Start-End) :-
    arg(1, Term, Argument),
    first_numeral(Argument, Layout, Start-End).

:- meta_predicate map_arguments(3, +, ?, -).

map_arguments(_, Term, Layout, Term) :-
    nonvar(Layout),
    Layout = list_position(_, _, _, _),
    !.
map_arguments(Map, Term0, Layout0, Term) :-
    inner_layout(Layout0, Layout),
    Term0 =.. [Name|Arguments0],
    same_length(Arguments0, Arguments),
    same_length(Arguments0, Layouts),
    ignore(Layout = term_position(_, _, _, _, Layouts)),
    maplist(Map, Arguments0, Layouts, Arguments),
    Term =.. [Name|Arguments].

inner_layout(Layout, Layout) :-
    var(Layout),
    !.
inner_layout(parentheses_term_position(_, _, Layout0), Layout) :-
    !,
    inner_layout(Layout0, Layout).
inner_layout(Layout, Layout).

%!  expression(+Term) is semidet.
%
%   Term, as written in a rule, is arithmetic over numbers and variables.

expression(X) :-
    var(X),
    !.
expression(X) :-
    number(X),
    !.
expression(Expression) :-
    compound(Expression),
    functor(Expression, Function, Arity),
    function(Function, Arity),
    Expression =.. [_|Arguments],
    maplist(expression, Arguments).

function(+, 2).
function(-, 2).
function(*, 2).
function(//, 2).
function(mod, 2).
function(min, 2).
function(max, 2).
function(abs, 1).
function(-, 1).

%!  compare_values(+Order, +Variables, +A, +B) is semidet.
%
%   Variables are those that the expressions A and B were written with.  Each
%   must be a number by now: one bound to a date would look like a difference.

compare_values(Order, Variables, A, B) :-
    maplist(number, Variables),
    value(A, X),
    value(B, Y),
    call(Order, X, Y).

%!  evaluates_to(+Variables, +Expression, ?Value) is semidet.

evaluates_to(Variables, Expression, Value) :-
    maplist(number, Variables),
    value(Expression, Value0),
    Value = Value0.

value(Number, Number) :-
    number(Number),
    !.
value(Expression, Value) :-
    Expression =.. [Function|Arguments],
    maplist(value, Arguments, Values),
    apply_function(Function, Values, Value),
    in_range(Value).

apply_function(+, [X, Y], Z) :- Z is X + Y.
apply_function(-, [X, Y], Z) :- Z is X - Y.
apply_function(*, [X, Y], Z) :- Z is X * Y.
apply_function(//, [X, Y], Z) :- divisible(X, Y), Z is X // Y.
apply_function(mod, [X, Y], Z) :- divisible(X, Y), Z is X mod Y.
apply_function(min, [X, Y], Z) :- Z is min(X, Y).
apply_function(max, [X, Y], Z) :- Z is max(X, Y).
apply_function(abs, [X], Y) :- Y is abs(X).
apply_function(-, [X], Y) :- Y is -X.

divisible(X, Y) :-
    integer(X),
    integer(Y),
    Y =\= 0.

in_range(Value) :-
    integer(Value),
    !,
    Value >= -9223372036854775808,
    Value =< 9223372036854775807.
in_range(_).

%!  between_integers(+Low, +High, ?X) is nondet.

between_integers(Low, High, X) :-
    integer(Low),
    integer(High),
    ( var(X) -> true ; integer(X) ),
    between(Low, High, X).


%   Dates, which are terms Year-Month-Day of the Gregorian calendar

date(Date) :-
    nonvar(Date),
    Date = Year-Month-Day,
    maplist(integer, [Year, Month, Day]),
    between(1, 9999, Year),
    between(1, 12, Month),
    month_length(Year, Month, Length),
    between(1, Length, Day).

month_length(Year, 2, Length) :-
    !,
    ( leap_year(Year) -> Length = 29 ; Length = 28 ).
month_length(_, Month, 30) :-
    memberchk(Month, [4, 6, 9, 11]),
    !.
month_length(_, _, 31).

leap_year(Year) :-
    Year mod 4 =:= 0,
    ( Year mod 100 =\= 0 -> true ; Year mod 400 =:= 0 ).

%!  age(+Birth, +On, ?Years) is semidet.
%
%   Completed years.  A birthday on 29 February comes on 1 March in common
%   years, which is when Month-Day first reaches 2-29.

age(Birth, On, Years) :-
    date(Birth),
    date(On),
    Birth @=< On,
    Birth = BirthYear-BirthMonth-BirthDay,
    On = Year-Month-Day,
    (   Month-Day @>= BirthMonth-BirthDay
    ->  Completed is Year - BirthYear
    ;   Completed is Year - BirthYear - 1
    ),
    Years = Completed.

%!  days_between(+From, +To, ?Days) is semidet.

days_between(From, To, Days) :-
    date(From),
    date(To),
    day_number(From, FromDay),
    day_number(To, ToDay),
    Difference is ToDay - FromDay,
    Days = Difference.

%!  add_days(+Date, +Days, ?Later) is semidet.

add_days(Date, Days, Later) :-
    date(Date),
    integer(Days),
    day_number(Date, DayNumber0),
    DayNumber is DayNumber0 + Days,
    day_number(1-1-1, First),
    day_number(9999-12-31, Last),
    between(First, Last, DayNumber),
    date_of_day(DayNumber, Sum),
    Later = Sum.

%!  add_months(+Date, +Months, ?Later) is semidet.
%
%   The day is that of Date, or the last of a month too short for it.

add_months(Date, Months, Later) :-
    date(Date),
    integer(Months),
    Date = Year0-Month0-Day0,
    Total is Year0*12 + Month0 - 1 + Months,
    Year is Total div 12,
    Month is Total mod 12 + 1,
    between(1, 9999, Year),
    month_length(Year, Month, Length),
    Day is min(Day0, Length),
    Later = Year-Month-Day.

% Days since 1 March of year 0, counting years from March so that the leap
% day is a year's last.
day_number(Year-Month-Day, DayNumber) :-
    MarchMonth is (Month + 9) mod 12,
    MarchYear is Year - MarchMonth // 10,
    DayNumber is 365*MarchYear + MarchYear//4 - MarchYear//100
                 + MarchYear//400 + (153*MarchMonth + 2)//5 + Day - 1.

date_of_day(DayNumber, Year-Month-Day) :-
    Era is DayNumber // 146097,
    DayOfEra is DayNumber mod 146097,
    YearOfEra is (DayOfEra - DayOfEra//1460 + DayOfEra//36524
                  - DayOfEra//146096) // 365,
    DayOfYear is DayOfEra - (365*YearOfEra + YearOfEra//4 - YearOfEra//100),
    MarchMonth is (5*DayOfYear + 2) // 153,
    Day is DayOfYear - (153*MarchMonth + 2)//5 + 1,
    Month is (MarchMonth + 2) mod 12 + 1,
    Year is YearOfEra + 400*Era + (12 - Month)//10.


%   Counting

%!  at_least(+K, ?Template, :Goal) is semidet.
%!  at_most(+K, ?Template, :Goal) is semidet.
%
%   The number of different bindings of Template by Goal is at least, at
%   most, K.

at_least(K, Template, Goal) :-
    integer(K),
    (   K =< 0
    ->  true
    ;   count(Template, Goal, Count),
        Count >= K
    ).

at_most(K, Template, Goal) :-
    integer(K),
    count(Template, Goal, Count),
    Count =< K.

%!  at_least(+Count, +K, ?Template, :Goal) is nondet.
%
%   As at_least/3, for the occurrence in a rule body that has number Count.
%   Collecting answers needs a completed table.  Where Goal depends on the
%   very conclusion that is being drawn there is none, so there K different
%   witnesses are joined, which tabling can suspend and resume.

at_least(Count, K, Template, Goal) :-
    reaches(Count, Count),
    !,
    integer(K),
    witnesses(K, [], Template, Goal).
at_least(_, K, Template, Goal) :-
    at_least(K, Template, Goal).

% Witnesses are taken in standard order, so that each set is met once.
witnesses(K, _, _, _) :-
    K =< 0,
    !.
witnesses(K, Before, Template, Goal) :-
    copy_term(Template-Goal, Witness-Instance),
    call(Instance),
    ( Before = [Previous] -> Previous @< Witness ; true ),
    Fewer is K - 1,
    witnesses(Fewer, [Witness], Template, Goal).

:- table reaches/2.

reaches(Caller, Callee) :-
    calls(Caller, Callee).
reaches(Caller, Callee) :-
    reaches(Caller, Between),
    calls(Between, Callee).

%!  aggregate_all(+What, ?Template, :Goal, ?Value) is semidet.
%
%   What is count, sum(X), max(X) or min(X), over the different bindings of
%   Template and X by Goal.

aggregate_all(What, Template, Goal, Value) :-
    nonvar(What),
    aggregated(What, Template, Goal, Result),
    Value = Result.

aggregated(count, Template, Goal, Count) :-
    count(Template, Goal, Count).
aggregated(sum(X), Template, Goal, Sum) :-
    distinct(Template-X, Goal, Pairs),
    foldl(add_term, Pairs, 0, Sum),
    in_range(Sum).
aggregated(max(X), _, Goal, Max) :-
    distinct(X, Goal, Values),
    max_member(Max, Values).
aggregated(min(X), _, Goal, Min) :-
    distinct(X, Goal, Values),
    min_member(Min, Values).

add_term(_-X, Sum0, Sum) :-
    number(X),
    Sum is Sum0 + X.

count(Template, Goal, Count) :-
    distinct(Template, Goal, Bindings),
    length(Bindings, Count).

distinct(Template, Goal, Bindings) :-
    findall(Template, Goal, All),
    sort(All, Bindings).


%   What is documented

%!  documented(:Goal) is nondet.
%
%   Goal is true and not merely unknown.  In a closed world nothing is
%   unknown.

documented(Goal) :-
    call(Goal).
