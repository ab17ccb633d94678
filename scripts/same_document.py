"""Compares two YAML documents by value; the order of keys and of `required` says nothing.

usage: same_document.py OURS THEIRS
Prints "same" or one line a difference; ends with 1 if there is one. Needs PyYAML.
"""

import sys

import yaml


class Loader(yaml.SafeLoader):
    """As OpenAPI reads YAML: a date is a text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(file):
    with open(file, encoding="utf-8") as text:
        return yaml.load(text, Loader)


def differences(ours, theirs, at=""):
    """One line for each place where two values differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in dict.fromkeys([*ours, *theirs]):
            place = f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}"
            if key not in theirs:
                yield f"{place}: only ours has it: {ours[key]!r}"
            elif key not in ours:
                yield f"{place}: only theirs has it: {theirs[key]!r}"
            else:
                yield from differences(ours[key], theirs[key], place)
    elif is_names(at, ours) and is_names(at, theirs):
        for name in sorted(set(ours) ^ set(theirs)):
            yield f"{at}: only {'ours' if name in ours else 'theirs'} has {name!r}"
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs)):
            yield from differences(one, other, f"{at}/{index}")
    elif type(ours) is not type(theirs) or ours != theirs:
        yield f"{at}: ours is {ours!r}, theirs is {theirs!r}"


def is_names(at, value):
    is_texts = isinstance(value, list) and all(isinstance(name, str) for name in value)
    return at.endswith("/required") and is_texts and len(value) == len(set(value))


def main():
    ours, theirs = map(read, sys.argv[1:3])
    found = list(differences(ours, theirs))
    print("\n  ".join(["differs", *found]) if found else "same")
    return bool(found)


sys.exit(main())
