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
      - earlier/3, later/3 and overlap_days/5 are the program's own where it
        defines or declares them, and else those of the language; each module
        has its own, or what it imports, or that of the language.
      - Comparison, arithmetic, dates and counting fail where SWI-Prolog
        raises an error.
      - Facts have the constants that names in them stand for, by the
        vocabularies declared above them; integers are decimals where these are
        declared above.
      - The predicates of a file that begins with :- module(m, [..]) are its
        own if it has a declaration of the language.  They are kept under
        their plain names, or, where there is one of that name already, as
        'm:p'; write m:p(..) where both may be meant.
      - The rules that follow from what a policy lists, criterion/5 and
        alternative/6, are made where its file ends.
      - Facts of tables are read, by the types and names of arguments declared
        above them.
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
            op(690, fx, inline),
            op(690, fx, question),
            op(950, xfx, ::),
            (-)/1,
            age/3,
            days_between/3,
            add_days/3,
            add_months/3,
            earlier/3,
            later/3,
            overlap_days/5,
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

:- use_module(library(apply), [exclude/3, foldl/4, foldl/6, maplist/2, maplist/3, maplist/4]).
:- use_module(library(lists), [append/3, last/2, max_member/2, member/2, memberchk/2,
                               min_member/2, nth1/3, numlist/3, same_length/2]).
:- use_module(library(csv), [csv_read_file/3]).

:- meta_predicate
    at_least(?, ?, 0),
    at_least(+, ?, ?, 0),
    at_most(?, ?, 0),
    aggregate_all(?, ?, 0, ?),
    documented(0),
    chosen(+, 0, +).

:- dynamic
    known/3,            % Key, Arity, Name: p or -(p), kept under Name
    declared/3,         % Key, Arity, Name: known, and declared in this file
    has_rules/2,        % Name, Arity
    argument_types/3,   % Key, Arity, Types
    argument_columns/3, % Key, Arity, Names as columns of tables have them
    vocabulary/3,       % Type, Use, Name/Arity
    name_index/3,       % Type, Folded name, constant(Constant), Name-Constant or broad(Constant)
    functional_keys/3,  % Key, Arity, for each argument + or -
    file_module/2,      % File, Module: the module of a file
    own/4,              % Module, Key, Arity, Name: a predicate of a module
    exported/3,         % Module, Key, Arity
    imports/2,          % Module, Module
    policy_of/3,        % File, Policy, Properties
    supersedes/3,       % Module, Name, Arity: the module's, though the language has one
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
    \+ has_decimals(Name, Arity, _),
    !,
    fail.
expanded(begin_of_file, _, _) :-
    !,
    retractall(declared(_, _, _)),
    fail.
expanded((:- facts(Predicate, File)), _, Facts) :-
    !,
    make_known(Predicate),
    table_facts(Predicate, File, Facts).
expanded((:- module(Module, Exports)), _, []) :-
    !,
    is_in_language,
    prolog_load_context(source, File),
    begin_module(File, Module, Exports).
expanded((:- Directive), _, [(:- prelude:load(Path, Module))]) :-
    file_to_load(Directive, Path),
    !,
    scope(Module).
expanded((:- Directive), _, []) :-
    !,
    note_policy(Directive),
    declaration(Directive, Predicates),
    maplist(make_known, Predicates),
    note_types(Directive),
    note_functional(Directive),
    note_vocabulary(Directive).
expanded((?- _), _, _) :-
    !,
    fail.
expanded(end_of_file, _, Clauses) :-
    !,
    prolog_load_context(source, File),
    policy_clauses(File, Rules),
    foldl(loaded_as, Rules, Clauses, [end_of_file]),
    retractall(declared(_, _, _)),
    abolish_all_tables,
    Rules \== [].
expanded((Head :- _), _, []) :-
    reserved(Head),
    !.
expanded((Head0 :- Body0), Layout, (Head :- Body)) :-
    !,
    callable(Head0),
    defined(Head0, Head, Indicator),
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
expanded(Head, _, Facts) :-
    scope(user),
    key(Head, Key, Atom),
    functor(Atom, _, Arity),
    \+ known(Key, Arity, _),
    findall(Name, own(_, Key, Arity, Name), Names),
    Names = [_,_|_],
    !,
    Atom =.. [_|Arguments],
    findall(Fact, ( member(Name, Names), Fact =.. [Name|Arguments] ), Facts).
expanded(Head, _, Fact) :-
    defined(Head, Fact, _).

%   Modules

%!  scope(-Module)
%
%   The module of the file that is being loaded, or user.

scope(Module) :-
    (   prolog_load_context(source, File),
        file_module(File, Module0)
    ->  Module = Module0
    ;   Module = user
    ).

%!  is_in_language is semidet.
%
%   The file that is being loaded, of which the header has been read, has a
%   declaration of Priorlog's language; other modules are SWI-Prolog's own.

is_in_language :-
    prolog_load_context(stream, Stream),
    peek_string(Stream, 100000, Text),
    split_string(Text, "\n", "", Lines),
    member(Line, Lines),
    (   member(Start, [":- pred ", ":- abducible ", ":- functional ", ":- question ", ":- policy(", ":- cite(",
                       ":- vocabulary(", ":- also_called(", ":- broadly_called(", ":- inline ", ":- facts("]),
        string_concat(Start, _, Line)
    ->  true
    ;   string_concat(":- use_module(library(", Rest, Line),
        split_string(Rest, ")", "", [Name|_]),
        shipped(Name, _)
    ),
    !.

begin_module(File, Module, Exports) :-
    retractall(file_module(File, _)),
    assertz(file_module(File, Module)),
    retractall(exported(Module, _, _)),
    forall(( member(Export, Exports), declared_key(Export, Key, Arity) ),
           assertz(exported(Module, Key, Arity))).

%!  file_to_load(+Directive, -Path) is semidet.
%
%   Directive loads a file of the shipped library, or one of a path.

file_to_load(Directive, Path) :-
    (   Directive = use_module(File)
    ;   Directive = use_module(File, _)
    ;   Directive = ensure_loaded(File)
    ),
    !,
    (   File = library(Name)
    ->  shipped(Name, Path)
    ;   prolog_load_context(directory, Folder),
        absolute_file_name(File, Path, [relative_to(Folder), extensions(['', pl]), access(read), file_errors(fail)])
    ).

shipped(Name, Path) :-
    module_property(prelude, file(Prelude)),
    file_directory_name(Prelude, Library),
    member(Folder, ['', '/../policies']),
    atom_concat(Library, Folder, From),
    absolute_file_name(Name, Path, [relative_to(From), extensions([pl]), access(read), file_errors(fail)]),
    !.

%!  load(+Path, +Module)
%
%   Loads a file for Module, which imports what it exports.

load(Path, Module) :-
    user:ensure_loaded(Path),
    forall(( file_module(Path, From), \+ imports(Module, From) ),
           assertz(imports(Module, From))).

%   Policies

note_policy(policy(Policy, Properties)) :-
    !,
    prolog_load_context(source, File),
    retractall(policy_of(File, Policy, _)),
    assertz(policy_of(File, Policy, Properties)).
note_policy(_).

%!  policy_clauses(+File, -Clauses)
%
%   What follows from what the policies of a file list, in terms of the
%   language.

policy_clauses(File, Clauses) :-
    findall(Clause,
            ( known(request_under, 3, _),
              policy_of(File, Policy, Properties),
              policy_clause(Policy, Properties, Clause)
            ),
            All),
    sort(0, @<, All, Clauses).

policy_clause(Policy, Properties, policy_covers(Policy, Drug)) :-
    \+ user:policy_covers(Policy, _),
    member(Property, Properties),
    Property =.. [drug|Drugs],
    member(Drug, Drugs).
policy_clause(Policy, Properties, policy_version(Policy, Date)) :-
    \+ user:policy_version(Policy, _),
    memberchk(effective(Date), Properties).
policy_clause(Policy, _, (meets_criteria(Case) :- request_under(Case, Policy, Kind), Goals)) :-
    findall(Kind, user:criterion(Policy, Kind, _, _, _), Kinds0),
    sort(Kinds0, Kinds),
    member(Kind, Kinds),
    findall(Number-Predicate, user:criterion(Policy, Kind, Number, _, Predicate), Pairs0),
    keysort(Pairs0, Pairs),
    goals(Pairs, Case, Goals).
policy_clause(Policy, _, (Head :- Body)) :-
    user:criterion(Policy, Kind, _, Id, Criterion),
    user:alternative(Policy, Kind, Id, _, _, Alternative),
    Head =.. [Criterion, Case],
    Goal =.. [Alternative, Case],
    (   user:criterion(Policy, Other, _, OtherId, Criterion),
        alternatives(Policy, Kind, Id, These),
        alternatives(Policy, Other, OtherId, Those),
        These \== Those
    ->  Body = (request_under(Case, Policy, Kind), Goal)
    ;   Body = Goal
    ).

alternatives(Policy, Kind, Id, Alternatives) :-
    findall(Number-Alternative, user:alternative(Policy, Kind, Id, Number, _, Alternative), Pairs),
    keysort(Pairs, Alternatives).

goals([_-Predicate], Case, Goal) :-
    !,
    Goal =.. [Predicate, Case].
goals([_-Predicate|Pairs], Case, (Goal, Goals)) :-
    Goal =.. [Predicate, Case],
    goals(Pairs, Case, Goals).

loaded_as(Clause, Clauses, Rest) :-
    (   expanded(Clause, _, Loaded)
    ->  true
    ;   Loaded = Clause
    ),
    (   is_list(Loaded)
    ->  append(Loaded, Rest, Clauses)
    ;   Clauses = [Loaded|Rest]
    ).

%   Names of vocabularies

note_types(Directive) :-
    typed(Directive, Literal),
    key(Literal, Key, Atom),
    !,
    Atom =.. [_|Arguments],
    functor(Atom, _, Arity),
    maplist(argument_type, Arguments, Types),
    retractall(argument_types(Key, Arity, _)),
    assertz(argument_types(Key, Arity, Types)),
    retractall(argument_columns(Key, Arity, _)),
    ignore(( maplist(argument_column, Arguments, Columns),
             assertz(argument_columns(Key, Arity, Columns)) )).
note_types(_).

argument_column(Argument0, Column) :-
    ( nonvar(Argument0) -> Argument0 = Argument:_ ; Argument = Argument0 ),
    prolog_load_context(variable_names, Names),
    member(Name=Variable, Names),
    Variable == Argument,
    !,
    atom_chars(Name, Chars),
    snake_case(Chars, Snake),
    atom_chars(Column, Snake).

snake_case([Before, Letter|More], [Lower, '_'|Snake]) :-
    char_type(Letter, upper),
    ( char_type(Before, lower) ; char_type(Before, digit) ),
    !,
    downcase_atom(Before, Lower),
    snake_case([Letter|More], Snake).
snake_case([Char|More], [Lower|Snake]) :-
    !,
    downcase_atom(Char, Lower),
    snake_case(More, Snake).
snake_case([], []).

%   Facts from tables

%!  table_facts(+Indicator, +File, -Facts)
%
%   Facts are the rows of a CSV file beside the file that is being loaded.  Its
%   first row names the columns, as kb/language/tables.py says.

table_facts(Indicator, File, Facts) :-
    declared_key(Indicator, Key, Arity),
    prolog_load_context(directory, Directory),
    absolute_file_name(File, Path, [relative_to(Directory), access(read)]),
    csv_read_file(Path, [Header|Rows], [convert(false), strip(false), match_arity(true)]),
    Header =.. [_|Columns],
    (   argument_columns(Key, Arity, Wanted)
    ->  maplist(nth_of(Columns), Wanted, Places)
    ;   numlist(1, Arity, Places)
    ),
    (   argument_types(Key, Arity, Types)
    ->  true
    ;   length(Types, Arity),
        maplist(=(any), Types)
    ),
    findall(Fact,
            ( member(Row, Rows),
              maplist(value_at(Row), Places, Types, Arguments),
              ( Key = -Name -> Atom =.. [Name|Arguments], Head = -Atom
              ; Head =.. [Key|Arguments]
              ),
              table_fact(Head, Key, Arity, Fact)
            ),
            Facts).

table_fact(Head, Key, Arity, Fact) :-
    has_names(Key, Arity, Types),
    !,
    meant_fact(Head, Types, Fact).
table_fact(Head, _, _, Fact) :-
    defined(Head, Fact, _).

nth_of(Columns, Wanted, Place) :-
    nth1(Place, Columns, Wanted),
    !.

value_at(Row, Place, Type, Value) :-
    arg(Place, Row, Text),
    value_of(Type, Text, Value).

value_of(Type, Text, Value) :-
    memberchk(Type, [integer, decimal]),
    !,
    atom_number(Text, Number),
    number_meant(Type, Number, Value).
value_of(string, Text, Value) :-
    !,
    atom_string(Text, Value).
value_of(date, Text, Year-Month-Day) :-
    !,
    atomic_list_concat(Parts, -, Text),
    maplist(atom_number, Parts, [Year, Month, Day]).
value_of(_, Text, Text).

typed(pred(Literal :: _), Literal).
typed((pred Literal) :: _, Literal).
typed(pred(Literal), Literal) :- Literal \= (_ :: _).

argument_type(Argument, Type) :-
    ( nonvar(Argument), Argument = _:Type0 -> Type = Type0 ; Type = any ).

note_functional(functional(Literals)) :-
    !,
    conjuncts(Literals, Each),
    forall(( member(Literal, Each), key(Literal, Key, Atom), Atom =.. [_|Keys], length(Keys, Arity) ),
           ( retractall(functional_keys(Key, Arity, _)), assertz(functional_keys(Key, Arity, Keys)) )).
note_functional(_).

note_vocabulary(Directive) :-
    Directive =.. [Use, Type, Predicate],
    memberchk(Use, [vocabulary, also_called, broadly_called]),
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
    types_of(Key, Arity, Types),
    \+ vocabulary(_, _, Key/Arity),
    once(( member(Type, Types), vocabulary(Type, vocabulary, _) )).

%!  meant_fact(+Head, +Types, -Fact) is nondet.
%
%   A name is left as it is where the fact does not say of which constant it
%   is: one for several where one is meant, in a denial and as the one value
%   of something, and a broad one in what is no denial.

meant_fact(Head, Types, Fact) :-
    literal(Head, Goal, _),
    Goal =.. [Name|Written],
    length(Written, Arity),
    key(Head, Key0, _),
    length(Places, Arity),
    (   Key0 = -(_)
    ->  maplist(=(denial), Places)
    ;   functional_keys(Key0, Arity, Keys)
    ->  maplist(place, Keys, Places)
    ;   maplist(=(each), Places)
    ),
    foldl(meant, Places, Written, Types, Names-Meant, []-[]),
    (   Fact =.. [Name|Meant]
    ;   Written = [Case|_],
        key(Head, Key, _),
        member(Called, Names),
        Called \== none,
        Said =.. [recorded_as, Case, Key, Called],
        literal(Said, Fact, _)
    ).

place(+, each).
place(-, value).

meant(Place, Written, Type, [Name|Names]-[Constant|Meant], Names-Meant) :-
    vocabulary(Type, vocabulary, _),
    \+ known_constant(Type, Written),
    !,
    folded(Written, Folded),
    indexed(Type),
    (   name_index(Type, Folded, constant(Constant0))
    ->  Name = none,
        Constant = Constant0
    ;   findall(Called-One, name_index(Type, Folded, Called-One), Several),
        stands(Place, Several)
    ->  member(Name-Constant, Several)
    ;   Place == denial,
        name_index(Type, Folded, broad(_))
    ->  Name = none,
        name_index(Type, Folded, broad(Constant))
    ;   Name = none,
        Constant = Written
    ).
meant(_, Constant, _, Names-[Constant|Meant], Names-Meant).

stands(each, [_|_]).
stands(value, Several) :- stands(denial, Several).
stands(denial, [_-Constant|More]) :-
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
    forall(( vocabulary(Type, Use, Name/2),
             Goal =.. [Name, Called, Constant],
             user:Goal, known_constant(Type, Constant),
             folded(Called, Folded) ),
           (   Use == also_called
           ->  assertz(name_index(Type, Folded, Called-Constant))
           ;   assertz(name_index(Type, Folded, broad(Constant)))
           )).

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
declaration(pred(P), [P]) :- P \= (_ :: _).
declaration(question(P :: _), [P]).
declaration((question P) :: _, [P]).
declaration(abducible(P), Ps) :- conjuncts(P, Ps).
declaration(functional(P), Ps) :- conjuncts(P, Ps).
declaration(inline(P), Ps) :- conjuncts(P, Ps).
declaration(cite(P, _), [P]).
declaration(policy(_, _), []).
declaration(vocabulary(_, P), [P]).
declaration(also_called(_, P), [P]).
declaration(broadly_called(_, P), [P]).
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
    note_own(Key, Arity),
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


%!  gives_way(?Atom) is nondet.
%
%   Atom is the language's own unless the program defines or declares its
%   predicate where a module sees it.

gives_way(earlier(_, _, _)).
gives_way(later(_, _, _)).
gives_way(overlap_days(_, _, _, _, _)).

note_own(Key, Arity) :-
    ( Key = -Name -> true ; Name = Key ),
    functor(Atom, Name, Arity),
    gives_way(Atom),
    scope(Module),
    \+ supersedes(Module, Name, Arity),
    !,
    assertz(supersedes(Module, Name, Arity)).
note_own(_, _).

%!  chosen(+Module, :Own, +Atom) is nondet.
%
%   Own is Atom by the predicate that the Module sees, Atom by the language's
%   where it sees none, which is known once all of the program is loaded.

chosen(Module, Own, Atom) :-
    functor(Atom, Name, Arity),
    (   sees(Module, Name, Arity)
    ->  call(Own)
    ;   call(prelude:Atom)
    ).

sees(Module, Name, Arity) :-
    supersedes(From, Name, Arity),
    (   From == Module
    ;   From == user
    ;   imports(Module, From),
        exported(From, Name, Arity)
    ),
    !.

%!  is_there(+Module, +Key, +Arity) is semidet.
%
%   A name that a Module is known to have is more than one that it calls the
%   language's predicate by.

is_there(Module, Key, Arity) :-
    ( Key = -Name -> true ; Name = Key ),
    functor(Atom, Name, Arity),
    ( gives_way(Atom) -> supersedes(Module, Name, Arity) ; true ).


%   Names

%!  defined(+Head, -Goal, -Indicator)
%
%   As literal/3, for the Head of a clause.

defined(Head0, Goal, Indicator) :-
    literal(Head0, Goal, Indicator),
    ( in_module(Head0, Head, _) -> true ; Head = Head0 ),
    key(Head, Key, Atom),
    functor(Atom, _, Arity),
    note_own(Key, Arity).

%!  literal(+Literal, -Goal, -Indicator)
%
%   Goal is the Literal p(..) or -p(..) by the name it is kept under.

literal(Literal0, Goal, Name/Arity) :-
    (   in_module(Literal0, Literal, Module)
    ->  true
    ;   Literal = Literal0
    ),
    key(Literal, Key, Atom),
    Atom =.. [_|Arguments0],
    functor(Atom, _, Arity),
    ( var(Module) -> known_as(Key, Arity, Name) ; known_as(Module, Key, Arity, Name) ),
    (   has_decimals(Key, Arity, Types)
    ->  maplist(number_meant, Types, Arguments0, Arguments)
    ;   Arguments = Arguments0
    ),
    Goal =.. [Name|Arguments].

%!  in_module(+Literal0, -Literal, -Module) is semidet.
%
%   Literal0 is Literal in a Module that it names.

in_module(Literal0, Literal, Module) :-
    nonvar(Literal0),
    (   Literal0 = Module:Literal
    ;   Literal0 = -(Negated), nonvar(Negated), Negated = Module:Atom, Literal = -Atom
    ),
    atom(Module),
    !.

has_decimals(Key, Arity, Types) :-
    types_of(Key, Arity, Types),
    memberchk(decimal, Types).

%!  types_of(+Key, +Arity, -Types) is semidet.
%
%   The types that are declared for a predicate or, if none are declared for
%   a strong negation, for what it negates.

types_of(Key, Arity, Types) :-
    argument_types(Key, Arity, Types),
    !.
types_of(-Name, Arity, Types) :-
    argument_types(Name, Arity, Types).

number_meant(Type, Written, Meant) :-
    (   Type == decimal,
        integer(Written)
    ->  Meant is float(Written)
    ;   Meant = Written
    ).

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
    scope(Module),
    known_as(Module, Key, Arity, Name),
    assertz(declared(Key, Arity, Name)).

%!  known_as(+Module, +Key, +Arity, -Name)
%
%   What a module has itself comes first, then what is in user, then what it
%   imports; user also has what modules have.  What is nowhere is the module's.

known_as(Module, Key, Arity, Name) :-
    (   own(Module, Key, Arity, Name)
    ->  true
    ;   known(Key, Arity, Name),
        ( Module == user -> true ; is_there(user, Key, Arity) )
    ->  true
    ;   imports(Module, From),
        exported(From, Key, Arity),
        own(From, Key, Arity, Name)
    ->  true
    ;   Module == user,
        own(From, Key, Arity, Name),
        is_there(From, Key, Arity)
    ->  true
    ;   chosen_name(Module, Key, Arity, Name),
        (   Module == user
        ->  assertz(known(Key, Arity, Name))
        ;   assertz(own(Module, Key, Arity, Name))
        )
    ),
    declare(Name, Arity).

% Loading a file again takes back what it declared, so each file declares all
% that it mentions.
declare(Name, Arity) :-
    dynamic(user:Name/Arity),
    multifile(user:Name/Arity),
    discontiguous(user:Name/Arity),
    ( has_rules(Name, Arity) -> table(user:Name/Arity) ; true ).

chosen_name(Module, Key, Arity, Name) :-
    ( Key = -Positive -> atom_concat(-, Positive, Wanted) ; Wanted = Key ),
    (   ( taken(Key, Wanted, Arity) ; own(_, Key, Arity, Wanted) )
    ->  atomic_list_concat([Module, Wanted], :, Name)
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
body(Atom, Caller, prelude:chosen(Module, user:Own, Atom)) :-
    callable(Atom),
    gives_way(Atom),
    !,
    functor(Atom, Name, Arity),
    ( Caller == query, supersedes(Module0, Name, Arity) -> Module = Module0 ; scope(Module) ),
    literal(Module:Atom, Own, Callee),
    note_call(Caller, Callee).
body(Literal, query, Goal) :-
    !,
    (   ( in_module(Literal, Plain, Module) -> true ; Plain = Literal, Module = user ),
        key(Plain, Key, Atom),
        functor(Atom, _, Arity),
        ( Key = -_ ; own(Module, Key, Arity, _) ; known(Key, Arity, _) ; Module == user, own(_, Key, Arity, _) )
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

%!  earlier(+Date, +Other, ?Earlier) is semidet.
%!  later(+Date, +Other, ?Later) is semidet.

earlier(Date, Other, Earlier) :-
    date(Date),
    date(Other),
    ( Date @=< Other -> Earlier = Date ; Earlier = Other ).

later(Date, Other, Later) :-
    date(Date),
    date(Other),
    ( Date @>= Other -> Later = Date ; Later = Other ).

%!  overlap_days(+From1, +To1, +From2, +To2, ?Days) is semidet.
%
%   The days from From1 to To1, both among them, that are also from From2 to
%   To2.

overlap_days(From1, To1, From2, To2, Days) :-
    later(From1, From2, From),
    earlier(To1, To2, To),
    days_between(From, To, Difference),
    Common is max(0, Difference + 1),
    Days = Common.

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
