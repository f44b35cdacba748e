#!/usr/bin/env python3
"""Measures what is claimed about resources, one claim after the other.

`./x bench resources [claims]` builds what is needed and calls this. README.md beside this file explains the figures.
"""
import concurrent.futures
import contextlib
import io
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import time
import urllib.request

import numpy
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import generate_uid

from claims import measure_claims, say
from servers import ROOT, SERVERS, WORK, ask, load, running

FILLER = ROOT / "build/release/bench/troupe-bench-index"


def compare(what, unit, wanted, rounds, measure):
    """Measures both servers in turn, each on a fresh directory; `measure` answers with {figure: value}."""
    seen = {name: [] for name in SERVERS}
    for number in range(rounds):
        # The order changes from round to round, so that neither always meets the warmer machine.
        for name in sorted(SERVERS, reverse=number % 2 == 0):
            with running(name) as url:
                seen[name].append(measure(url))
    for figure in seen["Troupe"][0]:
        ours, theirs = (statistics.median(r[figure] for r in seen[name]) for name in ("Troupe", "Orthanc"))
        say(f"{what}{figure}: Troupe {ours:.0f}, Orthanc {theirs:.0f} {unit}, ratio", ours / theirs, "", wanted)


def hammer(url, targets, connections, seconds, each_anew=False):
    """GET of the targets in turn, by wrk, which costs less than either server; answers a second. Every answer must be a good one.
    `each_anew`: no request is like one before."""
    number = " .. '?' .. next" if each_anew else ""
    script = WORK / "targets.lua"
    script.write_text("local targets = {" + ",".join(json.dumps(t) for t in targets) + "}\nlocal next = 0\n"
                      f"request = function()\n  next = next + 1\n  return wrk.format('GET', targets[next % #targets + 1]{number})\nend\n")
    output = subprocess.run(["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "-s", script, url], check=True, text=True,
                            capture_output=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise SystemExit(f"bench: errors while loading:\n{output}")
    return float(re.search(r"Requests/sec:\s+([0-9.]+)", output)[1])


def hot_gets(scale, rounds):
    """GET of what a viewer asks for again and again: 30 studies, 60 series, 600 instances, 32 connections."""
    def measure(url):
        for _ in range(30):
            load(url, "upload", "-c", 4, "-n", 20, "--per-series", 10, "--size", 4096)
        series, instances = ask(url, "/series"), ask(url, "/instances")
        kinds = {
            "GET /series/{id}": [f"/series/{i}" for i in series],
            "GET /studies?expand&limit=25&since=0": ["/studies?expand&limit=25&since=0"],
            "GET /instances/{id}/simplified-tags": [f"/instances/{i}/simplified-tags" for i in instances],
        }
        return {kind: hammer(url, targets, 32, max(2, round(5 * scale))) for kind, targets in kinds.items()}
    compare("", "a second", "10", rounds, measure)


def ct_slices(count):
    """DICOM files of 512x512 pixels of 16 bits: a body of soft tissue with organs and noise."""
    chance = numpy.random.default_rng(1)
    y, x = numpy.mgrid[-1:1:512j, -1:1:512j]
    study, series = generate_uid(), generate_uid()
    for number in range(count):
        pixels = numpy.where(x * x + (y * 1.3) ** 2 < 0.7, 40, -1000)
        for _ in range(12):
            left, top, size = chance.uniform(-0.5, 0.5), chance.uniform(-0.4, 0.4), chance.uniform(0.02, 0.15)
            pixels = numpy.where((x - left) ** 2 + (y - top) ** 2 < size ** 2, chance.integers(-800, 900), pixels)
        pixels = pixels + chance.normal(0, 12, pixels.shape)
        image = Dataset()
        image.file_meta = FileMetaDataset()
        image.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
        image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        image.PatientID, image.Modality, image.StudyInstanceUID, image.SeriesInstanceUID = "bench", "CT", study, series
        image.InstanceNumber, image.Rows, image.Columns, image.SamplesPerPixel = number + 1, 512, 512, 1
        image.PhotometricInterpretation = "MONOCHROME2"
        image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 16, 15, 1
        image.RescaleIntercept, image.RescaleSlope, image.WindowCenter, image.WindowWidth = 0, 1, 40, 400
        image.PixelData = pixels.astype("<i2").tobytes()
        image["PixelData"].VR = "OW"
        image.is_little_endian, image.is_implicit_VR = True, False
        file = io.BytesIO()
        dcmwrite(file, image, write_like_original=False)
        yield file.getvalue()


def preview(scale, rounds):
    """PNG of CT slices, 512x512 pixels of 16 bits, 4 connections: none of the images was asked for before."""
    files = list(ct_slices(50))

    def measure(url):
        for file in files:
            urllib.request.urlopen(url + "/instances", file).read()
        targets = [f"/instances/{i}/preview" for i in ask(url, "/instances")]
        return {"GET /instances/{id}/preview": hammer(url, targets, 4, max(2, round(5 * scale)), each_anew=True)}
    compare("", "a second", "2", rounds, measure)


def date_order(direction):
    return [{"Type": "DicomTag", "Key": "StudyDate", "Direction": direction}]


QUESTIONS = {
    "PatientID": ({"Query": {"PatientID": "PAT0003217"}}, "below 2"),
    "StudyDate range, ordered, limit 25": (
        {"Query": {"StudyDate": "20050101-20091231"}, "OrderBy": date_order("DESC"), "Limit": 25}, "below 10"),
    "StudyDate range, ordered, limit 25, expanded": (
        {"Query": {"StudyDate": "20050101-20091231"}, "OrderBy": date_order("DESC"), "Limit": 25, "Expand": True}, ""),
    "PatientName *0321*": ({"Query": {"PatientName": "*0321*"}}, "below 20"),
    "PatientName *muller*": ({"Query": {"PatientName": "*muller*"}}, "below 20"),
    "SOPInstanceUID": ({"Level": "Instance", "Query": {"SOPInstanceUID": "1.2.826.0.1.3680043.2.1143.5000.0.500000"}}, ""),
    "series of a study": ({"Level": "Series", "Query": {"StudyInstanceUID": "1.2.826.0.1.3680043.2.1143.77"}}, ""),
}


@contextlib.contextmanager
def many_instances(scale):
    """A directory with 1 000 000 instances in 10 000 studies."""
    folder = WORK / "resources"
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([FILLER, "--directory", folder, "-n", str(int(1_000_000 * scale)), "--studies", str(int(10_000 * scale))], check=True,
                   stderr=subprocess.DEVNULL)
    yield folder
    shutil.rmtree(folder)


def anonymous_mb(name):
    """The anonymous memory of the server that `running` has started."""
    configuration = str(WORK / name / "configuration.json").encode()
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if configuration in (process / "cmdline").read_bytes().split(b"\0"):
                return int(re.search(r"RssAnon:\s*(\d+)", (process / "status").read_text()).group(1)) / 1024
    raise RuntimeError("the server does not run")


def at_rest(scale, rounds):
    """Anonymous memory at rest and start-up time with 1 000 000 instances."""
    taken, used = [], []
    with many_instances(scale) as folder:
        for _ in range(rounds):
            begin = time.perf_counter()
            with running("Troupe", data=folder) as url:
                taken.append(time.perf_counter() - begin)
                ask(url, "/statistics")
                time.sleep(2)
                used.append(anonymous_mb("Troupe"))
    say("anonymous memory at rest", statistics.median(used), "MB", "below 100")
    say("start-up, until the first answer", statistics.median(taken), "s", "below 2")


def find(scale, _):
    """/tools/find on 1 000 000 instances in 10 000 studies."""
    with many_instances(scale) as folder, running("Troupe", data=folder) as url:
        for name, (question, wanted) in QUESTIONS.items():
            body = {"Level": "Study"} | question
            found = len(ask(url, "/tools/find", "POST", body))
            for connections in (1, 8):
                seen = load(url, "post", "-c", connections, "-n", 400, "--body", json.dumps(body), "/tools/find")
                say(f"{name}: {found} found, {connections} connections: median", seen["p50_ms"], "ms", wanted if connections == 1 else "")
                say(f"{name}: p99", seen["p99_ms"], "ms")


def write_plainly(folder, files, size, threads):
    """New files of that size, each written and synced, by so many threads; files a second."""
    folder.mkdir(parents=True)
    content = os.urandom(size)

    def write(number):
        descriptor = os.open(folder / str(number), os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        os.write(descriptor, content)
        os.fsync(descriptor)
        os.close(descriptor)

    begin = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        list(pool.map(write, range(files)))
    return files / (time.perf_counter() - begin)


def compare_uploads(what, pixel_bytes, connections, files, rounds, wanted, threads=0):
    """Uploads to both in turn, and, with `threads`, plain writing of the same bytes. A file system is slow just after many of its files were
    removed, so all directories stay to the end."""
    folder = WORK / "uploads"
    shutil.rmtree(folder, ignore_errors=True)
    rates = {name: [] for name in SERVERS}
    plain = []
    for number in range(rounds):
        for name in sorted(SERVERS, reverse=number % 2 == 0):
            with running(name, data=folder / f"{name}{number}", OverwriteInstances=False) as url:
                rates[name].append(load(url, "upload", "-c", connections, "-n", files, "--size", pixel_bytes)["throughput_per_second"])
        if threads:
            plain.append(write_plainly(folder / f"plain{number}", files, pixel_bytes, threads))
    shutil.rmtree(folder)
    ours, theirs = (statistics.median(rates[name]) for name in ("Troupe", "Orthanc"))
    say(f"{what}: Troupe {ours:.0f}, Orthanc {theirs:.0f} a second, ratio", ours / theirs, "", wanted)
    if threads:
        plainly = statistics.median(plain)
        say(f"{what}: write and fsync by {threads} threads {plainly:.0f} a second, ratio", ours / plainly, "", "at least 0.5")


def upload_small(scale, rounds):
    """Durable upload of 10 kB instances, 16 connections."""
    compare_uploads("10 kB", 10_000, 16, int(8000 * scale), rounds, "at least 4")


def upload_ct(scale, rounds):
    """Durable upload of 512x512 CT slices with MD5, 8 connections."""
    compare_uploads("CT", 512 * 512 * 2, 8, int(1000 * scale), rounds, "at least 2", threads=8)


if __name__ == "__main__":
    measure_claims(__doc__, (upload_small, upload_ct, at_rest, find, hot_gets, preview))
