"""The prompt: goals, facts and commands, typed at a terminal or read from a pipe.

    prompt.py      the loop: `run`
    sentences.py   what is typed -> goals and commands, with their options   verbs.py  what each command takes, and its help
    commands.py    what each does and prints       arguments.py   what it is given, read   listing.py  what `listing` shows
    session.py     what has been changed, and how to take that back   saving.py   what it has come to, as files
    state.py       the program and what is stated beside it, at one time   version.py   the program, with what was changed of it
    outside.py     the user's editor and pager
    terminal.py    lines, keys, colours and completions of prompt_toolkit
    completion.py  what can stand at a cursor   highlighting.py  its colours

To add a command: a member of `verbs.Verb` with what it takes and its help, and a method of `commands.Shell`; the type
checker names the place that lacks it.
"""
