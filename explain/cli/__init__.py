"""The command line, installed as `priorlog`.

    entry.py     where it starts: makes sure that the three packages come from one place
    options.py   the options of each command and the formats that it writes, or of the prompt when no command is given
    commands.py  what each command does; document_command.py  what `document` does

To add a command: what adds its options, in the table `options.ADDED`, and a function in commands.py, in the table of commands. To add a
format: a member of the enum in options.py that has its kind; the type checker then names the places that write it.
"""
