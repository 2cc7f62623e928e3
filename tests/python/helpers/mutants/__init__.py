"""For every check one thing that breaks exactly it, on a complete lab that is put right again.

`MUTANTS` is the table: the id of a check, and a context manager that is given the lab, breaks it, and
on its way out puts it right. `LAST` are those that take down what others stand on.
"""

from contextlib import contextmanager

MUTANTS = {}
LAST = []


def mutant(check, last=False):
    """Puts a generator that breaks, yields, and puts right into the table."""

    def put(function):
        assert check not in MUTANTS, check
        MUTANTS[check] = contextmanager(function)
        if last:
            LAST.append(check)
        return function

    return put


def swap(check, change, broken, right):
    """A mutant that makes one change with other values, and then with the right ones."""

    @mutant(check)
    def swapped(lab):
        change(lab, broken)
        yield
        change(lab, right)


def gone(check, remove, last=False):
    """A mutant that removes something, which `mysfits deploy` makes again."""

    @mutant(check, last)
    def removed(lab):
        remove(lab)
        yield
        lab.deploy()


def load():
    """Fills the table."""
    from helpers.mutants import api, backend, behaviour, pool, storage, tasks  # noqa: F401

    return MUTANTS
