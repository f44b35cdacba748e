#!/usr/bin/env python3
"""Loads Troupe and Debian's Orthanc in the same way on the same machine and prints the figures side by side.

README.md beside this file defines every figure. `./x bench` builds what is needed and calls this.
"""
import argparse
import json
import statistics
import sys

from servers import LOAD, SERVERS, ask, conditions, load, running


def one_round(url, scale):
    """All scenarios against one fresh server: {figure: value}."""
    def times(count):
        return max(8, int(count * scale))

    figures = {}

    def note(name, measured):
        figures[name + ", per second"] = measured["throughput_per_second"]
        figures[name + ", p99 ms"] = measured["p99_ms"]

    note("upload of 4 KiB, 8 clients", load(url, "upload", "-c", 8, "-n", times(2000), "--size", 4096))
    note("upload of 512 KiB, 4 clients", load(url, "upload", "-c", 4, "-n", times(200), "--size", 524288))
    instances, series = ask(url, "/instances"), ask(url, "/series")
    tags = [f"/instances/{i}/simplified-tags" for i in instances[:200]]
    files = [f"/instances/{i}/file" for i in instances[:200]]
    note("GET simplified-tags, 8 clients", load(url, "get", "-c", 8, "-n", times(4000), *tags))
    note("GET file, 8 clients", load(url, "get", "-c", 8, "-n", times(4000), *files))
    resources = [f"/series/{i}" for i in series]
    note("GET resource, 8 clients", load(url, "get", "-c", 8, "-n", times(8000), *resources))
    note("GET archive of 100 instances, 2 clients", load(url, "get", "-c", 2, "-n", times(100), resources[0] + "/archive"))
    jobs = load(url, "jobs", "-c", 8, "-n", times(1000), *resources)
    note("submit archive job, 8 clients", jobs)
    figures["archive jobs done, per second"] = jobs["jobs_done_per_s"]
    note("archive job from submission to end, 4 clients", load(url, "closed", "-c", 4, "-n", times(400), *resources))
    note("open loop: GET resource at 2000/s", load(url, "get", "-c", 32, "--rate", 2000, "-n", times(8000), *resources))
    return figures


def table(rounds):
    print(f"\n{'':52}{'Troupe':>12}{'Orthanc':>12}{'ratio':>9}")
    for figure in rounds["Troupe"][0]:
        ours, theirs = (statistics.median(r[figure] for r in rounds[name]) for name in SERVERS)
        print(f"{figure:52}{ours:12.1f}{theirs:12.1f}{ours / theirs if theirs else 0:9.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="rounds per server, interleaved; medians are shown")
    parser.add_argument("--scale", type=float, default=1, help="multiplies all counts of operations")
    parser.add_argument("--json", action="store_true", help="print all rounds as one line of JSON too")
    given = parser.parse_args()
    for program in [LOAD, *SERVERS.values()]:
        if not program.exists():
            sys.exit(f"bench: {program} is missing; ./x bench makes it")
    print(conditions())
    versions = {}
    rounds = {name: [] for name in SERVERS}
    for number in range(given.rounds):
        # The order changes from round to round, so that neither always meets the warmer machine.
        for name in sorted(SERVERS, reverse=number % 2 == 0):
            print(f"round {number + 1} of {given.rounds}: {name}", file=sys.stderr)
            with running(name) as url:
                versions[name] = ask(url, "/system")["Version"]
                rounds[name].append(one_round(url, given.scale))
    print("; ".join(f"{name} {version}" for name, version in sorted(versions.items())))
    table(rounds)
    if given.json:
        print(json.dumps(rounds))


if __name__ == "__main__":
    main()
