"""The commands in a document: its fenced blocks, and a script of them that says where it failed."""

import re

FENCE = re.compile(r"^```(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text):
    """The fenced blocks of a document: what stands behind the fence, the first line, the text."""
    return [
        (fence[1].strip(), text.count("\n", 0, fence.start()) + 2, fence[2])
        for fence in FENCE.finditer(text)
    ]


def script(text, way):
    """A script of the blocks of one way, in their order. What a comment says that a command prints
    must be in what it prints."""
    lines = ["set -euo pipefail"]
    for kind, first, block in blocks(text):
        if kind == f"bash {way}":
            lines.append(f"echo '==> line {first}'")
            lines += [_checked(line) for line in _whole_lines(block)]
    return "\n".join(lines) + "\n"


def _whole_lines(block):
    """The lines of a block, those that continue on the next one as one."""
    lines = []
    for line in block.splitlines():
        if lines and lines[-1].endswith("\\"):
            lines[-1] = f"{lines[-1]}\n{line}"
        else:
            lines.append(line)
    return lines


def _checked(line):
    command, _, expected = line.partition("  # prints ")
    if not expected:
        return line
    # In this shell, and not in another one, so that `set -e` ends it.
    return (
        f'printed=$( {{ {command.rstrip()}\n}} ) || {{ echo "$printed"; exit 1; }}\n'
        'echo "$printed"\n'
        f'[[ $printed == *"{expected}"* ]] || {{ echo "it should print {expected}" >&2; exit 1; }}'
    )
