"""Drills: a fault on purpose, as a lesson and as the last test before an object is handed over.

    model.py    which faults there are, and what is done to bring each about
    watch.py    what the journal shows of the object meanwhile
    account.py  what the object did, and whether anything was lost

Who brings the fault about, a person or the keeper of a twin, is ``kit.cli.drill``'s business.
"""
