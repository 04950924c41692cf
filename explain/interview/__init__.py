"""The interview about a case: it asks only what can still change the determination.

    case -> deciding.py   what is open of it: which questions settle it together (engine/symbolic), and which comes next
         -> questions.py  a question as a value
         -> effects.py    what its answers would do: each is tried
    names.py     the names that rules mention, for choices
    answers.py   what a line says to a question: values, names that are recognised, that something is unknown   hearing.py  how it is taken in
    session.py   `Interview`: what was asked and answered, and how the case stands with that
    case_file.py the case file: the answers at its end, and what it says of an earlier interview
    dialogue.py  the conversation on a terminal or a pipe

It offers `dialogue.run` (a whole interview with its file) and `dialogue.conduct` (one whose answers the caller keeps).
"""
