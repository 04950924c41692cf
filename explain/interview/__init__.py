"""The interview about a case: it asks only what can still change the determination.

    case -> build.py      what is not known of it, as a circuit of gates (circuit.py) over what can be asked for
         -> questions.py  the most decisive question that still matters, and what its answers would do
    answers.py   what a line says to a question: values, names that are recognised, that something is unknown
    session.py   `Interview`: what was asked and answered, and how the case stands with that
    case_file.py the case file: the answers at its end, and what it says of an earlier interview
    dialogue.py  the conversation on a terminal or a pipe

It offers `dialogue.run` (a whole interview with its file) and `dialogue.conduct` (one whose answers the caller keeps).
"""
