"""What the comparisons share: the two servers on fresh directories, the load program, and the conditions of a run."""
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
def running(name, data=None, **configuration):
    """A server, on a fresh directory unless `data` is one; yields its address."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    storage = data or folder / "data"
    port = free_port()
    file = folder / "configuration.json"
    file.write_text(json.dumps(CONFIGURATION | {"HttpPort": port, "StorageDirectory": str(storage)} | configuration))
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("TROUPE__", "ORTHANC__"))}
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen([SERVERS[name], file], stdout=log, stderr=log, env=environment)
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
        if not data:
            shutil.rmtree(storage, ignore_errors=True)


def wait_until_it_answers(url, process, log):
    for _ in range(600):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url + "/system", timeout=10).read()
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    sys.exit(f"bench: the server did not start, see {log}")


def ask(url, target, method="GET", body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url + target, data, method=method), timeout=600) as reply:
        return json.load(reply)


def load(url, scenario, *arguments):
    """Runs the load program; answers with what it measured."""
    with loading(url, scenario, *arguments) as measure:
        return measure()


@contextlib.contextmanager
def loading(url, scenario, *arguments):
    """The same, while something else is done: yields what waits for the end and answers with what was measured."""
    command = [LOAD, scenario, "--json", "--server", url, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield lambda: measured_by(process, scenario)


def measured_by(process, scenario):
    output = process.communicate()[0]
    if not output:
        sys.exit("bench: the load program failed")
    measured = json.loads(output)
    if measured["errors"]:
        print(f"  {measured['errors']} errors in {scenario}: {measured['reasons']}", file=sys.stderr)
    return measured


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
