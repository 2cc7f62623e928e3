"""Whether IAM policies allow a request: `Allow` statements with wildcards, and the conditions that ours have."""

import re
from dataclasses import dataclass, field
from functools import cache


@dataclass(frozen=True)
class Asked:
    """What IAM is asked: an action on a resource, and what is known of the request and the resource."""

    action: str
    resource: str
    context: tuple = field(default=())

    def __str__(self):
        return f"{self.action} on {self.resource}"


def one_or_more(value):
    """The values of what may be one or a list."""
    return value if isinstance(value, list) else [value]


@cache
def pattern(text):
    """A pattern of IAM: `*` stands for any characters, `?` for one."""
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(sign, re.escape(sign)) for sign in text), re.DOTALL)


def fits(patterns, text):
    """Whether one of the patterns fits the whole text."""
    return any(pattern(one).fullmatch(text) for one in one_or_more(patterns))


def holds(condition, context):
    """Whether all conditions hold. A key that is not there holds for none of these operators."""
    for operator, keys in condition.items():
        for key, values in keys.items():
            found = context.get(key)
            match operator:
                case "StringEquals":
                    holding = found in one_or_more(values)
                case "StringLike":
                    holding = found is not None and fits(values, found)
                case _:
                    raise AssertionError(f"the matcher knows no {operator}")
            if not holding:
                return False
    return True


def allows(statement, asked):
    """Whether a statement allows it. Names of actions have no case."""
    assert statement["Effect"] == "Allow"
    return (
        fits([one.lower() for one in one_or_more(statement["Action"])], asked.action.lower())
        and fits(statement["Resource"], asked.resource)
        and holds(statement.get("Condition", {}), dict(asked.context))
    )


def denied(statements, all_asked):
    """What no statement allows."""
    return [asked for asked in all_asked if not any(allows(it, asked) for it in statements)]


def without_each(statements):
    """For each action of each statement, the action and the statements without it."""
    for place, statement in enumerate(statements):
        actions = one_or_more(statement["Action"])
        for action in actions:
            rest = [other for other in actions if other != action]
            kept = [{**statement, "Action": rest}] if rest else []
            yield f"{statement['Sid']} {action}", statements[:place] + kept + statements[place + 1 :]
