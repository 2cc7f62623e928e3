"""Mutations of texts by what is written in them: documents, lines of YAML, tokens, expressions."""

import base64
import json
import re

from fuzz import trees, values

# How often a text stays one of its kind.
WITHIN = 0.6
TOKEN = re.compile(r"[\w-]{4,}\.[\w-]{4,}\.[\w-]*$")
WORDS = re.compile(r"\s+|[(),=<>\[\].]|[^\s(),=<>\[\].]+")


def other(text, dice, words):
    """Another text in place of this one."""
    if dice.random() < WITHIN:
        if text[:1] in ("{", "["):
            return _document(text, dice, words)
        if "\n" in text and ":" in text:
            return _lines(text, dice)
        if TOKEN.match(text):
            return _token(text, dice, words)
        if " " in text:
            return _expression(text, dice)
    return values.bent(dice, text) if dice.random() < 0.5 else values.text(dice)


def _document(text, dice, words):
    try:
        return trees.dumped(trees.mutated(json.loads(text), dice, words))
    except (ValueError, RecursionError):
        return values.bent(dice, text)


def _lines(text, dice):
    """A document in YAML with a line changed, gone, moved, or deeper than it was."""
    lines = text.split("\n")
    at = dice.randrange(len(lines))
    name, colon, value = lines[at].partition(":")
    match dice.randrange(7):
        case 0:
            del lines[at]
        case 1:
            lines.insert(dice.randrange(len(lines)), lines[at])
        case 2:
            lines[at] = dice.choice(["  ", "\t", "- "]) + lines[at]
        case 3:
            lines[at : at + 1] = [lines[at].replace("  ", "", 1)]
        case 4 if colon:
            lines[at] = f"{name}: {values.bent(dice, value)}"
        case 5 if colon:
            lines[at] = f"{values.bent(dice, name)}:{value}"
        case _:
            lines[at] = f"{name}: {json.dumps(values.anything(dice))}"
    return "\n".join(lines)


def _token(text, dice, words):
    """A JWT with a part changed."""
    parts = text.split(".")
    at = dice.randrange(len(parts))
    try:
        tree = json.loads(base64.urlsafe_b64decode(parts[at] + "=="))
        changed = trees.dumped(trees.mutated(tree, dice, words)).encode("utf-8", "surrogatepass")
        parts[at] = base64.urlsafe_b64encode(changed).decode().rstrip("=")
    except (ValueError, RecursionError):
        parts[at] = values.bent(dice, parts[at])
    return ".".join(parts)


def _expression(text, dice):
    """An expression with its words changed, doubled, exchanged, gone."""
    found = WORDS.findall(text)
    at, other_at = dice.randrange(len(found)), dice.randrange(len(found))
    match dice.randrange(5):
        case 0:
            del found[at]
        case 1:
            found[at], found[other_at] = found[other_at], found[at]
        case 2:
            found[at:at] = found[: dice.choice([1, 3, 10])] * dice.choice([1, 2, 40, 301])
        case 3:
            found[at] = values.bent(dice, found[at])
        case _:
            found[at] = values.text(dice)
    return "".join(found)
