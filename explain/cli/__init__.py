"""The command line, installed as `priorlog`.

    entry.py     where it starts: makes sure that the three packages come from one place
    options.py   the options of each command, or of the prompt when no command is given   formats.py  the formats that it writes
    commands.py  which function a command is, and what is told where one fails   exit_codes.py
    goal_commands.py, case_commands.py, policy_commands.py, server_commands.py, format_command.py, import_command.py
                 what each command does
    opening.py   the rules, cases and files that options name   messages.py  what is said beside an answer   progress.py

What a command does with its options, where that is more than a few lines, is in a module of its own:

    case_files.py, populations.py   where the cases of a review come from
    reviews.py     many reviews, one after the other or in processes   reviewing.py  one, as it is written
    report_folder.py, letters.py    a report on each case; letters   questionnaires.py  interviews in FHIR
    testing.py, comparing.py, documenting.py   `test`, `diff`, `document`   authoring.py  what the solver shows of a policy

To add a command: what adds its options, in the table `options.ADDED`, and a function in the module of its like, in the table there,
which `commands.command` finds by the name. To add a format: a member of the enum in formats.py that has its kind; the type checker
then names the places that write it.
"""
