"""Values that programs trip over, by chance."""

import base64
import json

from fuzz.samples import DOCUMENTS, NUMBERS, TEXTS, YAML


def deep(dice):
    """A value nested more or less deeply."""
    depth = dice.choice([5, 20, 100, 130, 500, 3000])
    opening, closing = dice.choice(
        [("[", "]"), ('{"a":', "}"), ('{"M":{"a":', "}}"), ('{"L":[', "]}")]
    )
    return opening * depth + dice.choice(["1", '""', "null", '{"S":"a"}']) + closing * depth


def long(dice):
    """A long text."""
    size = dice.choice([64, 129, 256, 257, 1025, 2049, 4097, 10_000, 70_000])
    return (
        dice.choice(
            ["a", "1", " ", "é", "*", "(", "not ", "a.", "[0]", "#a ", "/", "<a>", "%", "\0"]
        )
        * size
    )


def text(dice):
    """A text that is hard to take."""
    chosen = dice.random()
    if chosen < 0.7:
        return dice.choice(TEXTS)
    if chosen < 0.8:
        return long(dice) if dice.random() < 0.3 else dice.choice(TEXTS) + dice.choice(TEXTS)
    if chosen < 0.9:
        return json.dumps(dice.choice(DOCUMENTS))
    if chosen < 0.93:
        return dice.choice(YAML)
    if chosen < 0.95:
        return deep(dice)
    if chosen < 0.97:
        return base64.b64encode(dice.randbytes(dice.choice([1, 16, 300]))).decode()
    return str(dice.choice(NUMBERS))


def anything(dice):
    """A value of JSON of any type."""
    chosen = dice.random()
    if chosen < 0.5:
        return text(dice)
    if chosen < 0.7:
        return dice.choice(NUMBERS)
    if chosen < 0.85:
        return dice.choice(DOCUMENTS)
    return dice.choice([None, True, False, [], {}, [None], [[]], {"": ""}, ["a"] * 101])


def bent(dice, original):
    """A text a little different from what it was."""
    at = dice.randint(0, len(original))
    match dice.randrange(8):
        case 0:
            return original[:at]
        case 1:
            return original[at:]
        case 2:
            return original[:at] + dice.choice(TEXTS) + original[at:]
        case 3:
            return original * dice.choice([2, 3, 50])
        case 4:
            return original.swapcase()
        case 5:
            return (
                original[:at]
                + chr(dice.choice([0, 10, 34, 37, 47, 58, 92, 127, 128, 255, 0x2028]))
                + original[at + 1 :]
            )
        case 6:
            return original[::-1]
        case _:
            return original + dice.choice([" ", "/", "\0", "*", ".", "%", "\n", "'"])
