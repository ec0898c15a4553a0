#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the manual page lstmc(1), made of the help that the program prints.

    manual.py LSTMC > lstmc.1
"""
import json
import subprocess
import sys


def said(program, *arguments):
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True, encoding="utf-8").stdout


def roff(text):
    """Text as troff prints it: no escape, no hyphen that is not one, no line that is a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return "\n".join("\\&" + line if line.startswith(".") else line for line in text.split("\n"))


def spelled(argument):
    """How an option is written, its value in italics."""
    names = [("-" if name["kind"] == "short" else "--") + name["name"] for name in argument["names"]]
    words = ", ".join("\\fB" + roff(name) + "\\fR" for name in names)
    return words + (" \\fI" + roff(argument["valueName"]) + "\\fR" if argument["kind"] == "option" else "")


def explained(argument):
    text = roff(argument.get("abstract", ""))
    if argument.get("allValues"):
        text += " One of " + ", ".join(roff(value) for value in argument["allValues"]) + "."
    if argument.get("defaultValue") and argument["kind"] == "option":
        text += " (default: " + roff(argument["defaultValue"]) + ")"
    return text


def discussion(text, first=False):
    """Paragraphs, and what is indented as it stands; `first` where they follow a heading."""
    for part in (text or "").split("\n\n"):
        begins = True
        if not first:
            yield ".PP"
        first = False
        for line in part.split("\n"):
            is_code = line.startswith(" ")
            if is_code and not begins:
                yield ".br"
            begins = False
            yield "\\&" + roff(line).replace(" ", "\\ ") if is_code else roff(line)


def options(arguments):
    shown = [argument for argument in arguments if argument.get("shouldDisplay", True)]
    for argument in shown:
        yield ".TP"
        yield "\\fI" + roff(argument["valueName"]) + "\\fR" if argument["kind"] == "positional" else spelled(argument)
        yield explained(argument)


def page(program):
    command = json.loads(said(program, "--experimental-dump-help"))["command"]
    version = said(program, "--version").strip()
    yield f'.TH LSTMC 1 "" "lstmc {roff(version)}" "User Commands"'
    yield ".SH NAME"
    yield "lstmc \\- " + roff(command["abstract"]).rstrip(".")
    yield ".SH SYNOPSIS"
    yield "\\fBlstmc\\fR \\fIcommand\\fR [\\fIarguments\\fR]"
    yield ".SH DESCRIPTION"
    yield from discussion(command.get("discussion"), first=True)
    yield ".SH OPTIONS"
    yield from options(command.get("arguments", []))
    yield ".SH COMMANDS"
    for each in command["subcommands"]:
        # The parser's own, which is shown elsewhere.
        if each["commandName"] == "help" or not each.get("shouldDisplay", True):
            continue
        yield ".SS lstmc " + roff(each["commandName"])
        yield roff(each.get("abstract", ""))
        yield from discussion(each.get("discussion"))
        # What every command has stands above.
        yield from options(
            argument for argument in each.get("arguments", []) if argument["valueName"] not in ("help", "version"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.stdout.reconfigure(encoding="utf-8")
    print("\n".join(line for line in page(sys.argv[1]) if line))
