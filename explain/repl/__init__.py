"""The prompt: goals, facts and commands, typed at a terminal or read from a pipe.

    prompt.py      the loop: `run`
    sentences.py   what is typed -> goals and commands, with their options   commands.py  what each does and prints
    session.py     what is stated, how to take it back, and what is wrong with it
    terminal.py    lines, keys, colours and completions of prompt_toolkit
    completion.py  what can stand at a cursor    help.py  what `help` says

To add a command: a member of `sentences.Verb` with what it takes, a method of `commands.Shell`, and a topic in help.py;
the type checker names the places that lack it, a test the topic.
"""
