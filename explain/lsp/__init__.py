"""The language server: what an editor asks of rule files and case files, of texts that are not saved yet.

    server.py       messages of the protocol (pygls), one at a time, and diagnostics after a pause
      -> tested.py      what tests show of the rules that are saved, from a process beside
      -> desk.py        the texts that are open, and what each comes to: its program and its diagnostics
      -> features.py    answers as values of the protocol
           -> book.py        the names in a program: where each stands and what it means
           -> names.py       the names that one clause is written with
           -> renaming.py, hovering.py
           -> positions.py   lines and characters as clients count them

Everything below `server.py` but `tested.py` is a function of texts, so that it is tested without a client.
"""
