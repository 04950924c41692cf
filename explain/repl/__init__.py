"""The prompt: goals, facts and commands, typed at a terminal or read from a pipe.

    prompt.py      the loop: `run`
    sentences.py   what is typed -> goals and commands, with their options   verbs.py  what each command takes, and its help
    commands.py    what each does and prints
    session.py     what is stated, how to take it back, and what is wrong with it
    terminal.py    lines, keys, colours and completions of prompt_toolkit
    completion.py  what can stand at a cursor

To add a command: a member of `verbs.Verb` with what it takes and its help, and a method of `commands.Shell`; the type
checker names the place that lacks it.
"""
