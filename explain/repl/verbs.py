"""The commands of the prompt: a record for each, with its words, what stands after it, its options and what `help` says."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum
from types import MappingProxyType


class Leave(Exception):  # noqa: N818 # it is a request, no error
    """Raised by `halt`."""


class Takes(Enum):
    """What stands after the word of a command."""

    NOTHING = "nothing"
    GOAL = "a goal"
    CLAUSE = "a fact or a rule"
    SUPPOSITION = "facts or rules, and what is asked then"
    FILE = "a file"
    CASE = "the name of a case"
    PREDICATE = "a predicate"
    SWITCH = "on or off"
    TOPIC = "a topic of the help"

    @property
    def is_term(self) -> bool:
        """Whether it is read as terms, with places that diagnostics name."""
        return self in (Takes.GOAL, Takes.CLAUSE, Takes.SUPPOSITION)


class Verb(StrEnum):
    """A command by the words for it, of which it is known by the first; what it takes, its options, and its help."""

    _value_: str
    words: tuple[str, ...]
    takes: Takes
    options: tuple[str, ...]
    help: str

    def __new__(cls, words: tuple[str, ...], takes: Takes, options: tuple[str, ...], help: str) -> Verb:
        verb = str.__new__(cls, words[0])
        verb._value_, verb.words, verb.takes, verb.options, verb.help = words[0], words, takes, options, help
        return verb

    # fmt: off
    ASSERT = ("assert", "asserta", "assertz"), Takes.CLAUSE, (), """\
assert(sex(c1, female)).     or: assert sex(c1, female).
assert((p(X) :- q(X), r(X))).
States a fact, or adds a rule, until the end of the session. A fact about a case is checked like one in a case file; proofs
name it with the time. The facts of a case can come in any order; only a review asks for its request.
Rules, and facts of the program's own predicates, such as `drug_class(d, c)`, make another program, which is checked as a
whole first: one with an error changes nothing. Reviews follow the program as it is, and say that it was changed.
After each change the determinations and criteria of the loaded cases that flip are shown."""
    RETRACT = ("retract",), Takes.CLAUSE, (), """\
retract(sex(c1, female)).    or: retract((p(X) :- q(X), r(X))).
Takes out a fact that was asserted or loaded, or a fact or rule of the program. A variable may stand for what one fact
has there: `retract(birth_date(c1, _)).` Of a rule the variables may be called otherwise; `listing p/1.` shows it.
What rules conclude cannot be retracted."""
    EDIT = ("edit",), Takes.PREDICATE, (), """\
edit p/1.                               or, where there is one predicate of the name: edit p.
Opens the clauses of a predicate in the editor that VISUAL or EDITOR names. What is saved there takes their place, if
the program is without errors then; else the errors are shown, and `edit p/1.` opens the same text again."""
    LOAD = ("load", "consult"), Takes.FILE, (), """\
load examples/cases/03.pl               or: load 'two words.pl'.
Adds the facts of a case file. A file that is loaded again takes the place of what it stated before.
If anything in it is wrong, nothing is added."""
    WHY = ("why",), Takes.GOAL, ("all", "limit"), """\
why meets_criteria(c1).                 or, for the last goal: why.
Shows the shortest proof of the first answer, or what keeps the goal from holding, with the facts and where they are
stated.
why goal --all.                         every different proof of every answer, the smallest first
why goal --all --limit 20.              so many of them; 10 where no number is given
why meets_criteria(c1) rather than meets_criteria(c2).
Shows the smallest changes of facts that swap the two, at most 5 for each of them; `--limit 20` shows more."""
    WHYNOT = ("whynot",), Takes.GOAL, ("all",), """\
whynot meets_criteria(c1).              or, for the last goal: whynot.
Shows, for each rule that could conclude the goal, every literal that fails or is not documented; the nearest is opened.
whynot goal --all.                      opens every rule, not only the nearest"""
    MISSING = ("missing",), Takes.GOAL, ("limit",), """\
missing meets_criteria(c1).             or, for the last goal: missing.
Shows the smallest sets of facts that are not documented and would make the goal hold, as questions.
missing goal --limit 20.                so many of them; 10 where no number is given"""
    REVIEW = ("review",), Takes.CASE, (), """\
review.  review c1.
Reviews the cases under the policy in force on the date of each request. A case without a request is named."""
    INTERVIEW = ("interview",), Takes.CASE, (), """\
interview.  interview c1.
Asks what is not documented and can still change the determination, the most decisive first. Answer yes, no, unknown,
a value, the number of a choice, `why`, `back`, or `quit`. What was answered is stated until the end of the session; `undo`
takes it back."""
    CASES = ("cases",), Takes.NOTHING, (), """\
cases.
Lists the cases that facts are stated about: how many facts, and the request."""
    LISTING = ("listing",), Takes.PREDICATE, (), """\
listing.                                what is stated beside the program, and the predicates it has
listing refractory.  listing refractory/2.
The declarations, facts and rules of a predicate, as they are written, each with its file and line."""
    TABLE = ("table",), Takes.SWITCH, (), """\
table on.  table off.
Shows all answers as a table, or one at a time. In a pipe they are always a table."""
    CLOSED_WORLD = ("closed_world",), Takes.SWITCH, (), """\
closed_world on.  closed_world off.
With it on, every record is complete: what is not stated is false, and no answer is `(not documented)`. The prompt is
`closed ?-` then."""
    SUPPOSE = ("suppose",), Takes.SUPPOSITION, (), """\
suppose sex(c1, female): meets_criteria(c1).
suppose sex(c1, male), (p(X) :- q(X)): why p(c1).
Asks as if facts were stated and rules added; `why`, `whynot`, `missing` and `review` can stand after the colon too. A
value takes the place of the one that is stated. Nothing is changed.
suppose sex(c1, male).                  the determinations and criteria of the loaded cases that would flip"""
    TIME = ("time",), Takes.GOAL, (), """\
time meets_criteria(C).
Answers a goal, and tells how long that took and which engine was asked."""
    SAVE = ("save",), Takes.FILE, (), """\
save 'new.pl'.
Writes what is stated of cases to a new case file, with its sources. If the program was changed, its file with these
changes in it is written: to the file named or, where facts were typed too, to one with `_rules` at the end of its name.
A file that is there already is not overwritten."""
    MAKE = ("make",), Takes.NOTHING, (), """\
make.
Reads the rule and case files again that have other contents now. What was typed stays. If there is an error in what they
say, it is shown, and everything stays as it was."""
    DIFF = ("diff",), Takes.NOTHING, (), """\
diff.
Says what the changes of the program do in any case, not only in those that are loaded: for each determination and criterion how it
can flip, with the smallest case that shows it. `make` and the files count from when they were read last."""
    UNDO = ("undo",), Takes.NOTHING, (), """\
undo.
Takes back the last change (assert, retract, edit, load, make, interview or closed_world) and says which. It can be repeated."""
    REDO = ("redo",), Takes.NOTHING, (), """\
redo.
Makes the change again that was taken back last. It can be repeated until something else is changed."""
    HELP = ("help",), Takes.TOPIC, (), ""
    HALT = ("halt", "quit", "exit"), Takes.NOTHING, (), """\
halt.  quit  exit                       or Ctrl-D on an empty line
Leaves. What was asserted is not kept; the history of what was typed is."""
    # fmt: on


COMMANDS: Mapping[str, Verb] = MappingProxyType({word: verb for verb in Verb for word in verb.words})
"""The words that begin a command, and the command that each means."""

OVERVIEW = """\
Type a goal and a full stop: `drug_class(Drug, Class).`
After an answer, `;` or space shows the next one and Enter stops.

  assert(clause).  retract(clause).  state a fact or add a rule, or take one out
  edit name/2.                    the clauses of a predicate, in your editor
  suppose facts: goal.            ask as if facts were stated; nothing is changed
  load file.pl                    add the facts of a case file
  make.                           read files again that have changed
  cases.                          the cases that facts are stated about
  review.  review c1.             review all cases, or one
  interview c1.                   ask for what can still change the determination of a case
  why goal.  whynot goal.         explain why a goal holds, or why it does not
  why goal rather than goal2.     the smallest changes of facts that swap the two
  missing goal.                   what is not documented and would make a goal hold
  listing.  listing name.         what is stated, changed and defined; one predicate
  time goal.                      the answers, and how long they took
  table on|off                    answers as a table, or one at a time
  closed_world on|off             take every record to be complete, or not
  diff.                           what the changes of the program do in any case
  undo.  redo.                    take back the last change, or make it again
  save 'new.pl'.                  write what is stated and changed
  help topic.                     more about one of the topics below
  halt.                           leave, as Ctrl-D does

Topics: {topics}."""

TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "goals": """\
A goal is what the body of a rule may be: `p(X), \\+ q(X)`, `p(X) ; q(X)`, `age(B, 2024-09-03, Y), Y >= 18`.
It ends with a full stop and may go over several lines. `?-` before it may be typed or left out.
Answers are certain, or marked `(not documented)`: then the documented facts leave them open. `_` is any individual.
Names that begin with a capital letter or `_` are variables; those with `_` are not shown.
`$X` stands for the last value that was shown for `X`.

A command gives way to a predicate that the program defines: where it has `review/1`, `review(X).` is a goal, and
`review c1.` is still the command. After `?-` everything is a goal.""",
        **{verb.value: verb.help for verb in Verb if verb.help},
        "keys": """\
Tab         complete predicates, commands, files and the constants that an argument takes
Up, Down    earlier lines that begin as typed
Ctrl-R      search what was typed, also in earlier sessions
Ctrl-C      clear the line, or stop the goal that is running
Ctrl-D      leave
What is longer than the screen is shown by the program that PAGER names, else `less`; `PAGER=cat` prints it.
The history is in $XDG_STATE_HOME/priorlog/history, else ~/.local/state/priorlog/history, for your user alone.""",
    }
)
"""What there is to say about each command and a few other things."""


def help_text(topic: str) -> str | None:
    """The help on a topic, the overview where none is named, or None for an unknown one."""
    if not topic:
        return OVERVIEW.format(topics=", ".join(TOPICS))
    return TOPICS.get(topic)
