#!/usr/bin/env python3
"""Fails while a page of docs/ that is made from a table is not what the program prints now. `./x docs` brings them up to date."""
import pathlib
import subprocess
import sys

PAGES = {"job-states": "states", "configuration": "options", "rest": "routes", "errors": "errors", "metrics": "metrics"}


def main(program, docs):
    stale = []
    for page, what in PAGES.items():
        printed = subprocess.run([program, "--describe", what], check=True, capture_output=True, text=True).stdout
        if not printed or printed != (docs / f"{page}.md").read_text():
            stale.append(f"docs/{page}.md")
    if stale:
        print("out of date, run ./x docs:", *stale)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2])))
