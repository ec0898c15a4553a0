#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails where a page of the documentation cannot be reached from its first page.

    reachable.py FOLDER FIRST_PAGE
"""
import json
import pathlib
import sys

data = pathlib.Path(sys.argv[1]) / "data"
first = "/" + sys.argv[2].strip("/")
known = {"/" + path.relative_to(data).with_suffix("").as_posix() for path in data.rglob("*.json")}


def links(page):
    """The pages that a page refers to."""
    path = data / (page.strip("/") + ".json")
    if not path.exists():
        return []
    references = json.loads(path.read_text(encoding="utf-8")).get("references", {})
    return [each["url"].split("#")[0].lower() for each in references.values() if each.get("url", "").startswith("/")]


seen, rest = {first}, [first]
while rest:
    for page in links(rest.pop()):
        if page not in seen:
            seen.add(page)
            rest.append(page)

if first not in known:
    sys.exit(f"docs: there is no first page {first}")
lost = sorted(page for page in known if page.lower() not in seen)
if lost:
    sys.exit("docs: no link leads from the first page to\n" + "\n".join("  " + page for page in lost))
print(f"docs: {len(known)} pages, all of them within reach of {first}")
