"""The proof checker on what is not true: that every rule and every literal that falls short is shown, and nothing else.

Beside what is not true stands what gave a test its values, and what holds all the same.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from msgspec import Struct

from explain.verify.obligations import (
    PLAIN,
    TESTS,
    WORDS,
    Context,
    Due,
    Finding,
    Findings,
    OneOf,
    Stand,
    as_written,
    body_as_written,
    constants_of,
    instance_of,
    is_named,
    may_say_nothing,
    pattern_of,
    readings,
    said_under,
    waits,
    waits_for,
)
from explain.verify.program import Binding, Conjunction, Goal, Rule, constants, is_constant, matched
from explain.verify.proofs import bound_by, cited, instance_of_rule, names_all, placed, proof, reference
from explain.verify.steps import Fault, Step, says
from explain.words.claims import AlternativeStands, Stands, alternative_text
from explain.words.phrases import say
from explain.words.sentences import open_question
from kb.language.declarations import COMPLETE
from kb.language.printer import show_atom, show_body
from kb.language.syntax import Aggregate, AtomF, Body, Documented, Or
from kb.language.terms import Atom, Var
from kb.language.traversal import called, is_choice
from kb.language.truth import Truth


def not_held(
    context: Context, step: Step, body: Body, inside: Sequence[Conjunction], binding: Binding, stand: Stand
) -> Findings:
    """Checks why a goal inside another, or a question, is not true: each alternative falls short."""
    if step.status is Truth.TRUE:
        yield step.fault("this is true, where it is to be shown that it is not")
        return
    if len(inside) == 1 and len(inside[0]) == 1 and not is_choice(body):
        yield Due(step, inside[0][0], binding, stand)
        is_test = type(inside[0][0].literal) in TESTS
        yield from step.must(not is_test or not step.about, "nothing stands beside this test")
        return
    closed = body_as_written(body, inside, binding)
    truth = context.evaluator.truth(inside, binding)
    kind = "alternatives" if is_choice(body) else "conjunction"
    if truth is not step.status:
        yield step.fault(f"`{show_body(closed)}` is {WORDS[truth]}, and here it is {WORDS[step.status]}")
    elif step.kind != kind:
        yield step.fault(f"`{step.goal}` is no goal for a node of kind `{step.kind}`")
    else:
        yield from step.must(says(step.goal, closed), f"it says `{step.goal}`, not `{show_body(closed)}`")
        yield from context.says(step, Stands(context.said(step) or closed, step.status))
        yield from step.must(step.cite is None, "a goal of several literals has no place in the policy")
        if kind == "conjunction":
            yield from _shortfalls(context, step, inside, binding, stand)
        else:
            yield from _branches(context, step, inside, binding, stand)


def _branches(context: Context, step: Step, inside: Sequence[Conjunction], start: Binding, stand: Stand) -> Findings:
    """Checks that each alternative of a goal has a branch that shows what falls short in it."""
    fits = [[goals for goals in inside if _fits(context, branch, goals, start, stand)] for branch in step.children]
    left = list(inside)
    for goals in sorted(fits, key=len):
        taken = next((each for each in goals if each in left), None)
        if taken is not None:
            left.remove(taken)
    silent = [goals for goals in left if _awaits_individual(goals, start)]
    is_complete = len(silent) == len(left) and len(fits) == len(inside) - len(silent)
    yield from step.must(is_complete, "its branches are not its alternatives, each once")
    for index, (branch, goals) in enumerate(zip(step.children, fits, strict=True)):
        if branch.kind != "branch":
            yield branch.fault("this is no alternative of the goal")
            continue
        shown = tuple(said for said in map(context.said, branch.children) if said is not None)
        is_said = branch.goal == alternative_text(shown)
        yield from branch.must(is_said, "it does not say what falls short in it")
        yield from context.says(branch, AlternativeStands(shown, branch.status))
        yield from _shortfalls(context, branch, goals or inside, start, stand.beside(index))


def _awaits_individual(goals: Conjunction, binding: Binding) -> bool:
    """Whether some test waits for what an individual is that nothing names, so that there may be nothing to say of it."""
    about = {var for var, value in binding.items() if isinstance(value, int)}
    return any(
        goal.vars & about and (may_say_nothing(goal, binding) if goal.is_atom else waits(goal, binding))
        for goal in goals
    )


def _fits(context: Context, branch: Step, goals: Conjunction, start: Binding, stand: Stand) -> bool:
    """Whether the children of a branch are, under some reading, the literals of an alternative that are not true."""
    binding = bound_by(branch, start)
    known = () if isinstance(binding, Fault) else readings(goals, branch.children, binding)
    return any(not _listed(context, branch, goals, each, stand).problems for each in known)


def failed_atom(context: Context, step: Step, atom: AtomF, shown: AtomF, stand: Stand) -> Findings:
    """Checks why an atom is false or not known; `shown` is it as nodes have it."""
    is_other = any(isinstance(each, int) for each in pattern_of(atom))
    others = [Stands(shown, step.status, is_other=True)] if is_other else []
    yield from context.says(step, Stands(shown, step.status), *others)
    is_open = context.book.is_open(atom.pred)
    match step.kind:
        case "rule":
            is_only = len(_concluding(context, atom)) == 1 and not is_open
            yield from step.must(is_only, "there are other rules that could conclude this")
            yield from _failed_rule(context, step, atom, stand)
        case "alternatives":
            yield from cited(context, step, atom)
            is_concluded = not is_open and bool(_concluding(context, atom))
            yield from step.must(is_concluded, "only a closed atom that rules could conclude is decided by them")
            yield from _failed_rules(context, step, atom, shown, stand)
        case "summary":
            is_line = stand.brief and not step.about
            yield from step.must(is_line, "only what is below an alternative that is not the nearest is left out")
            yield from placed(context, step, atom)
        case "not_documented":
            asked = open_question(atom.pred, atom.args, context.book.declarations)
            yield from step.must(step.label == asked, f"the question for this is `{asked}`")
            is_unknown = is_open and step.status is Truth.UNKNOWN
            yield from step.must(is_unknown, "only an open atom is not documented")
            if step.children:
                yield from _failed_rules(context, step, atom, shown, stand)
        case "no_rule":
            yield from _no_rule(context, step, atom, stand)
        case "closed_record" | "stated_false" | "other_value":
            yield from _decided(context, step, atom)
        case _:
            yield step.fault(f"`{step.goal}` is no goal for a node of kind `{step.kind}`")


def _no_rule(context: Context, step: Step, atom: AtomF, stand: Stand) -> Findings:
    if step.label == say("itself"):
        is_above = step.goal in stand.above and not step.children
        yield from step.must(is_above, "nothing above this explains the same goal")
    elif step.children:
        opposite = AtomF(atom.pred.opposite, atom.args)
        is_denied = context.book.is_open(atom.pred) and atom.pred.negative and step.label is None
        yield from step.must(is_denied, "only a strong negation is not so because its opposite is")
        yield from _shows_one(context, step, [opposite])
    else:
        yield from step.must(step.label == say("no_other"), "it does not say why this is not so")
        if context.book.is_open(atom.pred):
            yield from step.must(atom.pred.negative, "an open atom is decided by what is stated")
            holds = context.evaluator.atom(atom.pred.opposite, pattern_of(atom)) is Truth.TRUE
            yield from step.must(
                not holds or constants(atom.args) != atom.args, "it does not say that the opposite holds"
            )
        else:
            yield from step.must(not _concluding(context, atom), "there are rules that could conclude this")


def _decided(context: Context, step: Step, atom: AtomF) -> Findings:
    """Checks what makes an open atom false."""
    if not context.book.is_open(atom.pred) or atom.pred.negative:
        yield step.fault("only an open atom is decided in this way")
    elif step.kind == "closed_record" and not step.children:
        yield from step.must(context.evaluator.closed_world, "the world is not read as closed")
        said = step.label == say("closed_world")
        yield from step.must(said, "it does not say that the world is read as closed")
    else:
        yield from step.must(step.label is None, "it has no remark")
        yield from _shows_one(context, step, list(_deciding(context, step, atom)))


def _deciding(context: Context, step: Step, atom: AtomF) -> Iterator[AtomF]:
    """The atoms that would make an open atom false in the way that a step says."""
    match step.kind:
        case "stated_false":
            yield AtomF(atom.pred.opposite, atom.args)
        case "closed_record":
            yield AtomF(COMPLETE, (*atom.args[:1], Atom(atom.pred.own_name)))
        case _:
            for row in filter(is_constant, context.evaluator.tables.other_values(atom.pred, pattern_of(atom))):
                if row != atom.args:
                    yield AtomF(atom.pred, row)


def _shows_one(context: Context, step: Step, expected: Sequence[AtomF]) -> Findings:
    """Checks that the one child of a step proves one of some atoms."""
    shown = next((atom for atom in expected for child in step.children if child.goal == show_atom(atom)), None)
    if shown is None or len(step.children) != 1:
        yield step.fault(f"its child does not show what makes `{step.goal}` false")
    else:
        yield from proof(context, step.children[0], shown)


def _concluding(context: Context, atom: AtomF) -> list[Rule]:
    """The rules that could conclude an atom; of those that are written twice, the first."""
    pattern = pattern_of(atom)
    rules = {rule.text: rule for rule in reversed(context.book.rules.get(atom.pred, ()))}
    return [rule for rule in reversed(rules.values()) if matched(rule.head.args, pattern, Binding()) is not None]


def _failed_rules(context: Context, step: Step, atom: AtomF, shown: AtomF, stand: Stand) -> Findings:
    """Checks that each rule that could conclude an atom is among the children, once."""
    wanted = sorted(map(reference, _concluding(context, atom)))
    given = sorted(child.rule for child in step.children if child.rule is not None)
    if wanted != given or len(given) < len(step.children):
        yield step.fault("its children are not the rules that could conclude it, each once")
        return
    for index, child in enumerate(step.children):
        yield from child.must(child.goal == step.goal and child.kind == "rule", "this is about another goal")
        yield from context.says(child, Stands(shown, child.status))
        yield from _failed_rule(context, child, atom, stand.beside(index))


def _failed_rule(context: Context, step: Step, atom: AtomF, stand: Stand) -> Findings:
    found = yield from instance_of_rule(context, step, atom)
    if found is not None:
        rule, start = found
        is_plain = step.label is None and step.conflict is None
        yield from step.must(is_plain, "a rule that does not conclude has no remark and no conflict")
        truth = context.evaluator.truth((rule.body,), start)
        if truth is step.status:
            yield from _shortfalls(context, step, (rule.body,), start, stand.within(show_atom(atom)))
        else:
            yield step.fault(f"the body of this rule is {WORDS[truth]}, and here it is {WORDS[step.status]}")


def _shortfalls(context: Context, step: Step, body: Sequence[Conjunction], start: Binding, stand: Stand) -> Findings:
    """Checks that the children are the literals of one of some conjunctions that are not true, all of them."""
    binding = bound_by(step, start)
    if isinstance(binding, Fault):
        yield binding
        return
    yield OneOf(
        _under(context, step, goals, start, binding, known, stand)
        for goals in body
        for known in readings(goals, step.children, binding)
    )


def _under(
    context: Context, step: Step, goals: Conjunction, start: Binding, said: Binding, binding: Binding, stand: Stand
) -> Findings:
    """Checks a step whose children are to be about some goals under a binding; `said` is what it says of that."""
    listed = _listed(context, step, goals, binding, stand)
    for problem in listed.problems:
        yield step.fault(problem)
    if listed.problems:
        return
    yield from names_all(step, start, goals, said)
    least = min(due.step.status for due in listed.dues)
    yield from step.must(step.status is least, "its status is not the least of its literals")
    if step.about or (stand.undecided and least is Truth.UNKNOWN and step.kind != "branch"):
        yield from _beside(context, step, listed.holding, binding)
    for due in listed.dues:
        yield due
        if type(due.goal.literal) in TESTS and (due.step.about or not stand.brief):
            yield from _sources(context, due.step, due.goal, listed.holding, due.binding)


class _Listed(Struct, frozen=True):
    """What the children of a step have to show, and what is wrong with them as a list."""

    dues: tuple[Due, ...]
    holding: tuple[Goal, ...]
    """The literals that hold, and so are not among them."""
    problems: tuple[str, ...]


def _listed(context: Context, step: Step, goals: Conjunction, binding: Binding, stand: Stand) -> _Listed:
    """The children of a step beside the literals of a conjunction that are not true under a binding.

    A literal that holds is left out, and gives all its variables values; one that waits for a value says nothing.
    """
    left, dues, holding, problems = list(step.children), [], [], []
    for goal in goals:
        if waits(goal, binding):
            continue
        truth = context.truth(goal, binding)
        if truth is Truth.TRUE:
            holding += _shown(context, goal, binding)
            lacking = _lacking(goal, binding)
            problems += [f"`{name}` has no value, and `{_text(goal, binding)}` gives it one" for name in lacking]
            continue
        found = next(_about(goal, truth, left, binding), None)
        if found is None and may_say_nothing(goal, binding):
            continue
        if found is None:
            problems.append(
                f"`{_text(goal, binding)}` is {WORDS[truth]} under this binding and is not among the children"
            )
        else:
            left.remove(found[0])
            dues.append(Due(found[0], goal, found[1], stand))
            if truth is Truth.UNKNOWN and goal.is_atom:
                lacking = _lacking(goal, binding)  # one without a name of its own is read with "there is"
                problems += [
                    f"`{name}` has no value, and may be anything in what is not documented"
                    for name in lacking
                    if not Var(name).is_anonymous
                ]
    problems += [f"`{each.goal}` is no literal of the rule that is not true under this binding" for each in left]
    if not dues and not problems:
        problems.append("it shows no literal that is not true")
    return _Listed(tuple(dues), tuple(holding), tuple(problems))


def _lacking(goal: Goal, binding: Binding) -> list[str]:
    """The first named variable of a literal that has no value, if there is one."""
    return sorted(var.name for var in goal.vars if var not in binding and is_named(var))[:1]


def _shown(context: Context, goal: Goal, binding: Binding) -> list[Goal]:
    """A literal that holds; in the place of a disjunction, or of a goal of `documented`, those of its first alternative
    that does, if all their variables have values."""
    for branch in goal.inside if goal.is_choice else ():
        is_known = all(each.vars <= binding.keys() for each in branch if isinstance(called(each.literal), PLAIN))
        if is_known and context.evaluator.truth((branch,), binding) is Truth.TRUE:
            return [each for part in branch for each in _shown(context, part, binding)]
    return [goal]


def _text(goal: Goal, binding: Binding) -> str:
    return show_body(instance_of(goal, binding))


def _about(goal: Goal, truth: Truth, steps: Sequence[Step], binding: Binding) -> Iterator[tuple[Step, Binding]]:
    """The steps that say a literal as it is, then those that say it with what its nameless variables are."""
    shown = as_written(goal, binding)
    yield from ((step, binding) for step in steps if step.status is truth and says(step.goal, shown))
    under = ((step, said_under(goal, step, binding)) for step in steps)
    yield from ((step, known) for step, known in under if known is not None)


def _sources(context: Context, step: Step, test: Goal, holding: Sequence[Goal], binding: Binding) -> Findings:
    """Checks that a test shows what gave its variables their values, of the literals beside it that hold."""
    known: Binding = {**constants_of(binding)}
    wanted = test.vars & known.keys()
    giving = [goal for goal in holding if not wanted.isdisjoint(_gives(goal))]
    shown = yield from _lines(context, step, giving, known)
    for goal, line in shown:
        if not goal.is_atom and not isinstance(goal.literal, Aggregate):
            yield from _sources(context, line, goal, [other for other in holding if other is not goal], binding)
    given = frozenset().union(*(_gives(goal) for goal, _ in shown))
    lacking = [var.name for goal in giving for var in (_gives(goal) & wanted) - given]
    yield from step.must(not lacking, f"it does not show what gave `{''.join(lacking[:1])}` its value")


def _beside(context: Context, step: Step, holding: Sequence[Goal], binding: Binding) -> Findings:
    """Checks that a body that is not known shows the atoms in it that hold."""
    yield from step.must(step.status is Truth.UNKNOWN, "only beside what is not known is shown what holds")
    known: Binding = {**constants_of(binding)}
    unnamed = (goal for goal in holding if all(var in known or not is_named(var) for var in goal.vars))
    atoms = [goal for goal in unnamed if goal.is_atom]
    shown = yield from _lines(context, step, atoms, known)
    yield from step.must(len(shown) == len(atoms), "it does not show every atom that holds beside the rest")


def _gives(goal: Goal) -> frozenset[Var]:
    """The variables that a literal can give values to, once its others have theirs."""
    if isinstance(goal.literal, AtomF):
        return goal.vars
    if isinstance(goal.literal, Or | Documented):
        return frozenset(var for var in goal.vars if not waits_for(goal, goal.vars - {var}))
    return goal.gives


def _lines(
    context: Context, step: Step, goals: Sequence[Goal], binding: Binding
) -> Generator[Finding, None, list[tuple[Goal, Step]]]:
    """Checks that what a step is about are some of these goals that hold, each once and in one line, and gives them."""
    left, shown = list(goals), []
    for line in step.about:
        fits = ((goal, said_under(goal, line, binding)) for goal in left)
        goal, known = next((each for each in fits if each[1] is not None), (None, None))
        if goal is None or known is None:
            yield line.fault("this holds beside nothing, or gives nothing that is tested a value")
            continue
        left.remove(goal)
        shown.append((goal, line))
        yield from _line(context, line, goal, known)
    return shown


def _line(context: Context, line: Step, goal: Goal, binding: Binding) -> Findings:
    """Checks a literal that holds, in one line."""
    closed = instance_of(goal, binding)
    if line.status is not Truth.TRUE or context.truth(goal, binding) is not Truth.TRUE:
        yield line.fault("this does not hold")
    elif isinstance(closed, AtomF) and context.evaluator.clauses_of(closed.pred, pattern_of(closed)):
        yield from line.must(line.kind == "fact", "what is stated is shown as a fact")
        yield from proof(context, line, closed)
    elif isinstance(closed, Aggregate):
        yield Due(line, goal, binding)
    else:
        kind = TESTS.get(type(closed), "summary")
        yield from line.must(line.kind == kind and not line.binding, "this is no line for what holds")
        yield from context.says(line, Stands(context.said(line) or closed, Truth.TRUE))
        if isinstance(closed, AtomF):
            yield from line.must(not line.about, "what an atom rests on is not shown in a line")
            yield from placed(context, line, closed)
