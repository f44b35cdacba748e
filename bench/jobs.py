#!/usr/bin/env python3
"""Measures what is claimed about jobs, one claim after the other; where it applies, beside Debian's Orthanc.

`./x bench jobs [claims]` builds what is needed and calls this. README.md beside this file explains the figures.
"""
import contextlib
import os
import re
import shutil
import socket
import statistics
import subprocess
import threading
import time

from claims import measure_claims, say
from servers import ROOT, SERVERS, WORK, ask, free_port, load, loading, running

ENGINE = ROOT / "build/release/bench/troupe-bench-engine"
SAMPLES = "/usr/lib/python3/dist-packages/pydicom/data/test_files"
LARGE = {"JobsHistorySize": 1_000_000, "MediaArchiveSize": 1_000_000}
SLICE_MS = 500


def one_image_series(url, count=64):
    """Uploads series of one image each; answers with their targets."""
    load(url, "upload", "-n", count, "--size", 4096, "--per-series", 1)
    return [f"/series/{series}" for series in ask(url, "/series")]


def median_of(rounds, key):
    return statistics.median(measured[key] for measured in rounds)


def archives(scale, rounds):
    """Asynchronous archives of one-image series, 32 connections, until all are done."""
    results = {name: [] for name in SERVERS}
    for number in range(rounds):
        for name in sorted(SERVERS, reverse=number % 2 == 0):
            with running(name, **LARGE) as url:
                series = one_image_series(url)
                load(url, "jobs", "-c", 32, "-n", 200, *series)
                results[name].append(load(url, "jobs", "-c", 32, "-n", int((6000 if name == "Troupe" else 3000) * scale), *series))
    for name, all_rounds in results.items():
        say(f"{name}: jobs", median_of(all_rounds, "jobs_done_per_s"), "per s")
        say(f"{name}: submit p99", median_of(all_rounds, "p99_ms"), "ms", "below 15" if name == "Troupe" else "")
    ratios = [a["jobs_done_per_s"] / b["jobs_done_per_s"] for a, b in zip(results["Troupe"], results["Orthanc"])]
    say("Troupe: jobs, times Orthanc's", statistics.median(ratios), "", "at least 6")


def looks(scale, _):
    """GET /jobs/{id} while archives are submitted over 32 connections."""
    with running("Troupe", **LARGE) as url:
        series = one_image_series(url)
        job = ask(url, series[0] + "/archive", "POST", {"Asynchronous": True})["ID"]
        with loading(url, "jobs", "-c", 32, "-n", int(10_000 * scale), *series) as measure:
            seen = load(url, "get", "-c", 2, "--rate", 300, "-n", int(600 * scale), f"/jobs/{job}")
            measure()
        say("GET /jobs/{id} p99", seen["p99_ms"], "ms", "below 10")


def history(scale, _):
    """The archives again, with 100 000 finished jobs in the history."""
    filled = {"Troupe": int(100_000 * scale), "Orthanc": int(10_000 * scale)}
    for name, size in filled.items():
        with running(name, **LARGE) as url:
            series = one_image_series(url)
            count = int(6000 * scale) if name == "Troupe" else int(1000 * scale)
            load(url, "jobs", "-c", 32, "-n", 200, *series)
            empty = [load(url, "jobs", "-c", 32, "-n", count, *series)["jobs_done_per_s"] for _ in range(3)]
            load(url, "jobs", "-c", 32, "-n", size, *series)
            full = [load(url, "jobs", "-c", 32, "-n", count, *series)["jobs_done_per_s"] for _ in range(3)]
        say(f"{name}: jobs, empty history", statistics.median(empty), "per s")
        say(f"{name}: jobs, history of {size}", statistics.median(full), "per s")
        say(f"{name}: share that is left", statistics.median(full) / statistics.median(empty), "", "at least 0.9")


def engine(scale, _):
    """No-op jobs in process, through engine.hpp."""
    for command, arguments in (("closed", ["-n", int(100_000 * scale)]), ("burn-down", ["-n", int(100_000 * scale)])):
        done = subprocess.run([ENGINE, command, "--directory", WORK / "engine", *map(str, arguments)], text=True, check=True,
                              stdout=subprocess.PIPE)
        for line in done.stdout.splitlines():
            what, value = re.match(r"(.*): ([0-9.e+]+) jobs/s", line).groups()
            wanted = {"closed": "at least 10000", "burn-d": "at least 20000"}.get(what[:6], "")
            say(what, float(value), "per s", wanted)
    shutil.rmtree(WORK / "engine")


def commits(url):
    text = ask_text(url, "/tools/metrics-prometheus")
    return int(re.search(r"^troupe_store_commits_total (\d+)", text, re.M).group(1))


def ask_text(url, target):
    return subprocess.run(["curl", "-sf", url + target], check=True, text=True, stdout=subprocess.PIPE).stdout


def submits(scale, _):
    """Durable submits over HTTP, nothing is dispatched."""
    with running("Troupe", DiagnosticJobs=True, **LARGE) as url:
        ask(url, "/lanes/Diagnostic", "PUT", {"Paused": True})
        ask(url, "/lanes/Archive", "PUT", {"Paused": True})
        series = one_image_series(url)
        rounds = [load(url, "post", "-c", 64, "-n", int(50_000 * scale), "--body", '{"Asynchronous": true}',
                       "/tools/diagnostic-job") for _ in range(3)]
        say("submits that do nothing else, 64 connections", median_of(rounds, "throughput_per_second"), "per s", "at least 15000")
        archive = load(url, "post", "-c", 64, "-n", int(30_000 * scale), "--body", '{"Asynchronous": true}',
                       *[one + "/archive" for one in series])
        say("submits of archives, 64 connections", archive["throughput_per_second"], "per s")
        before, count = commits(url), int(2000 * scale)
        alone = load(url, "post", "-c", 1, "-n", count, "--body", '{"Asynchronous": true}', "/tools/diagnostic-job")
        say("submits, one connection", alone["throughput_per_second"], "per s")
        say("commits per submit, one connection", (commits(url) - before) / count, "", "1")


def uploads(scale, _):
    """Submits while 8 clients upload 512x512 images."""
    for name in SERVERS:
        with running(name, **LARGE) as url:
            series = one_image_series(url)
            with loading(url, "upload", "-c", 8, "-n", int((4000 if name == "Troupe" else 1500) * scale), "--size", 524288) as measure:
                submitted = load(url, "post", "-c", 4, "--rate", 100, "-n", int(500 * scale), "--body", '{"Asynchronous": true}',
                                 *[one + "/archive" for one in series])
                uploaded = measure()
            say(f"{name}: uploads", uploaded["throughput_per_second"], "per s")
            say(f"{name}: submit p99", submitted["p99_ms"], "ms", "below 25" if name == "Troupe" else "")


def million(scale, _):
    """A million pending jobs: the restart, and pages of the list."""
    folder, count = WORK / "million", int(1_000_000 * scale)
    subprocess.run([ENGINE, "fill", "--directory", folder, "-n", str(count)], check=True)
    restarted = subprocess.run([ENGINE, "restart", "--directory", folder], text=True, check=True, stdout=subprocess.PIPE).stdout
    shutil.rmtree(folder)
    pending, seconds, size = re.search(r"with (\d+) pending .*: ([0-9.e+-]+) s, ([0-9.e+-]+) bytes", restarted).groups()
    say(f"restart with {pending} pending jobs to the first dispatch", float(seconds), "s", "below 5")
    say("anonymous memory", float(size), "B a job", "at most 400")
    subprocess.run([ENGINE, "fill", "--directory", folder, "-n", str(count), "--type", "Diagnostic"], check=True)
    with running("Troupe", data=folder, DiagnosticJobs=True, **LARGE) as url:
        for query in ("state=Pending", "type=Diagnostic&order=desc", "lane=Diagnostic"):
            load(url, "get", "-n", 20, f"/jobs?limit=100&{query}")  # what was read from the disk stays in memory
            for expand, wanted in (("", "below 10"), ("&expand", "")):
                seen = load(url, "get", "-n", int(300 * scale) + 20, f"/jobs?limit=100&{query}{expand}")
                say(f"page of 100 of {count} jobs, {query}{expand}: p99", seen["p99_ms"], "ms", wanted)
    shutil.rmtree(folder)


def bulk_cancel(scale, _):
    """Cancel of 100 000 pending jobs by a filter, while others submit."""
    with running("Troupe", DiagnosticJobs=True, **LARGE) as url:
        count = int(100_000 * scale)
        ask(url, "/lanes/Diagnostic", "PUT", {"Paused": True})
        load(url, "post", "-c", 64, "-n", count, "--body", '{"Asynchronous": true}', "/tools/diagnostic-job")
        series = one_image_series(url)
        with loading(url, "post", "-c", 4, "--rate", 100, "-n", 400, "--body", '{"Asynchronous": true}', series[0] + "/archive") as measure:
            time.sleep(0.5)
            begin = time.perf_counter()
            answer = ask(url, "/jobs/actions", "POST", {"Action": "cancel", "Filter": {"State": "Pending", "Lane": "Diagnostic"}})
            taken = time.perf_counter() - begin
            others = measure()
        assert answer["Changed"] == count, answer
        say(f"cancel of {count} jobs", taken, "s", "below 2")
        say("longest submit of others meanwhile", others["max_ms"], "ms", "below 50")


def flood(scale, _):
    """A job of one image behind 1000 archives of 100 images each in another lane."""
    with running("Troupe", **LARGE) as url:
        load(url, "upload", "-n", 100, "--size", 131072)
        many = "/series/" + ask(url, "/series")[0] + "/archive"
        with open(f"{SAMPLES}/CT_small.dcm", "rb") as file:
            study = ask_upload(url, file.read())
        asked = {"Replace": {"PatientName": "A"}, "Force": True, "Synchronous": True}

        def modify():
            begin = time.perf_counter()
            ask(url, f"/studies/{study}/modify", "POST", asked)
            return (time.perf_counter() - begin) * 1000

        modify()
        alone = statistics.median(modify() for _ in range(20))
        load(url, "post", "-c", 32, "-n", int(1000 * scale), "--body", '{"Asynchronous": true}', many)
        behind = [modify() for _ in range(10)]
        left = ask(url, "/jobs/statistics")
        say("alone, median", alone, "ms")
        say("behind the flood, median", statistics.median(behind), "ms")
        say("behind the flood, worst", max(behind), "ms", f"below {2 * alone + SLICE_MS:.0f}")
        assert left["States"]["Pending"] > 0, left


def ask_upload(url, body):
    done = subprocess.run(["curl", "-sf", "--data-binary", "@-", "-H", "Content-Type: application/dicom", url + "/instances"],
                          input=body, check=True, stdout=subprocess.PIPE).stdout
    return re.search(rb'"ParentStudy" *: *"([^"]+)', done).group(1).decode()


@contextlib.contextmanager
def hanging_peer():
    """Takes connections and never answers; yields its port."""
    held = []
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        def take():
            with contextlib.suppress(OSError):
                while True:
                    held.append(listening.accept()[0])
        threading.Thread(target=take, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    for one in held:
        one.close()


@contextlib.contextmanager
def good_peer():
    """DCMTK's storescp, which throws away what it gets; yields its port."""
    port = free_port()
    environment = os.environ | {"TCP_NODELAY": "1"}  # or it waits 40 ms with each answer
    with subprocess.Popen(["storescp", "--fork", "--ignore", str(port)], env=environment, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        try:
            time.sleep(0.5)
            yield port
        finally:
            process.terminate()


def hanging(scale, _):
    """One modality hangs on every association, another one works; ConcurrentJobs 2."""
    for name in SERVERS:
        with hanging_peer() as stuck, good_peer() as good, running(name, **LARGE) as url:
            series = one_image_series(url, 4)[0].split("/")[-1]
            for modality, port in (("good", good), ("stuck", stuck)):
                subprocess.run(["curl", "-sf", "-X", "PUT", f"{url}/modalities/{modality}", "-d",
                                f'{{"AET": "A", "Host": "127.0.0.1", "Port": {port}}}'], check=True, stdout=subprocess.DEVNULL)
            body = f'{{"Resources": ["{series}"], "Synchronous": true}}'
            count = int((3000 if name == "Troupe" else 200) * scale)

            def stores():
                return load(url, "post", "-c", 8, "-n", count, "--body", body, "--timeout", 120, "/modalities/good/store")

            without = stores()["throughput_per_second"]
            load(url, "post", "-n", 10, "--body", body.replace("true", "false"), "/modalities/stuck/store")
            time.sleep(0.2)
            with_it = stores()["throughput_per_second"]
        say(f"{name}: stores to the good one, alone", without, "per s")
        say(f"{name}: while the other hangs", with_it, "per s")
        say(f"{name}: share", with_it / without, "", "at least 0.9" if name == "Troupe" else "")


if __name__ == "__main__":
    measure_claims(__doc__, (archives, looks, history, engine, submits, uploads, million, bulk_cancel, flood, hanging))
