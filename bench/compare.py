#!/usr/bin/env python3
"""Loads Troupe and Debian's Orthanc in the same way on the same machine and prints the figures side by side.

README.md beside this file defines every figure. `./x bench` builds what is needed and calls this.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "build/bench"
LOAD = ROOT / "build/release/bench/troupe-load"
SERVERS = {
    "Troupe": ROOT / "build/release/troupe-server",
    "Orthanc": ROOT / "build/orthanc/run",
}
# Options that both understand. Archives are kept, as every job's output is part of the comparison.
CONFIGURATION = {
    "JobsHistorySize": 100000,
    "MediaArchiveSize": 100000,
    "ConcurrentJobs": 2,
    "StorageCompression": False,
    "DicomServerEnabled": False,
    "RemoteAccessAllowed": False,
    "AuthenticationEnabled": False,
    "KeepAlive": True,
    "KeepAliveTimeout": 60,
}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def running(name):
    """A fresh server; yields its address."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    port = free_port()
    configuration = folder / "configuration.json"
    configuration.write_text(json.dumps(CONFIGURATION | {"HttpPort": port, "StorageDirectory": str(folder / "data")}))
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("TROUPE__", "ORTHANC__"))}
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen([SERVERS[name], configuration], stdout=log, stderr=log, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(url, process, folder / "log")
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder / "data", ignore_errors=True)


def wait_until_it_answers(url, process, log):
    for _ in range(600):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url + "/system", timeout=10).read()
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    sys.exit(f"compare: the server did not start, see {log}")


def ask(url, target):
    return json.load(urllib.request.urlopen(url + target, timeout=60))


def load(url, scenario, *arguments):
    command = [LOAD, scenario, "--json", "--server", url, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if not done.stdout:
        sys.exit("compare: the load program failed")
    measured = json.loads(done.stdout)
    if measured["errors"]:
        print(f"  {measured['errors']} errors in {scenario}: {measured['reasons']}", file=sys.stderr)
    return measured


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


def fsync_ms():
    """Median time of writing 4 KiB and forcing it to the disk that the servers use."""
    WORK.mkdir(parents=True, exist_ok=True)
    path, taken = WORK / "fsync", []
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY)
    for _ in range(200):
        begin = time.perf_counter()
        os.write(descriptor, b"x" * 4096)
        os.fsync(descriptor)
        taken.append(time.perf_counter() - begin)
    os.close(descriptor)
    path.unlink()
    return statistics.median(taken) * 1000


def conditions():
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf8") if line.startswith("model name")), "?")
    cache = (ROOT / "build/release/CMakeCache.txt").read_text().splitlines()
    build = next(line.split("=")[1] for line in cache if line.startswith("CMAKE_BUILD_TYPE"))
    return (f"CPU {cpu}, {os.cpu_count()} cores; kernel {os.uname().release}; fsync of 4 KiB {fsync_ms():.2f} ms (median); "
            f"Troupe built as {build}; both with {json.dumps(CONFIGURATION)}")


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
            sys.exit(f"compare: {program} is missing; ./x bench makes it")
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
