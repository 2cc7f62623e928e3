"""Mutations of JSON: of values, names and nesting. What was given stays as it was."""

import json

from fuzz import texts, values


def mutated(tree, dice, words):
    """This tree with one thing in it changed; `words` are values by the name of their member."""
    path = _path(tree, dice)
    return _changed(tree, path, dice, words, "")


def _path(tree, dice):
    """A way to some node, rather to one deep within than to a shallow one."""
    path = []
    while isinstance(tree, (dict, list)) and tree and dice.random() > 0.15:
        step = dice.choice(list(tree) if isinstance(tree, dict) else range(len(tree)))
        path.append(step)
        tree = tree[step]
    return path


def _changed(tree, path, dice, words, name):
    if not path:
        return _other(tree, dice, words, name)
    step, rest = path[0], path[1:]
    copy = tree.copy()
    if rest or dice.random() < 0.7:
        inner = step if isinstance(step, str) else name
        copy[step] = _changed(tree[step], rest, dice, words, inner)
        return copy
    return _restructured(copy, step, dice)


def _restructured(copy, step, dice):
    """A dictionary or a list with one entry gone, renamed, doubled or nested."""
    match dice.randrange(4):
        case 0:
            del copy[step]
        case 1 if isinstance(copy, dict):
            copy[values.text(dice) if dice.random() < 0.5 else values.bent(dice, step)] = copy.pop(
                step
            )
        case 1 | 2 if isinstance(copy, list):
            copy.extend([copy[step]] * dice.choice([1, 1, 30, 101]))
        case 2:
            copy[values.text(dice)] = values.anything(dice)
        case _:
            copy[step] = dice.choice([[copy[step]], {"a": copy[step]}, [copy[step]] * 2])
    return copy


def _other(value, dice, words, name):
    """Another value in place of this one."""
    known = words.get(name.lower())
    if known and dice.random() < 0.25:
        return dice.choice(known)
    if isinstance(value, str):
        return texts.other(value, dice, words)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and dice.random() < 0.6:
        return dice.choice(
            [value + 1, value - 1, -value, value * 1000, str(value), *values.NUMBERS]
        )
    if dice.random() < 0.05:
        # Too deep for Python to write it: it is put in as text later on.
        return Verbatim(values.deep(dice))
    return values.anything(dice)


class Verbatim(str):
    """A text that goes into a document as it is."""

    __slots__ = ()


MARK = "\ue000verbatim"


def dumped(tree):
    """The text of a tree."""
    found = []

    def marked(node):
        if isinstance(node, Verbatim):
            found.append(str(node))
            return MARK
        if isinstance(node, dict):
            return {key: marked(value) for key, value in node.items()}
        return [marked(value) for value in node] if isinstance(node, list) else node

    text = json.dumps(marked(tree))
    for verbatim in found:
        text = text.replace(json.dumps(MARK), verbatim, 1)
    return text
