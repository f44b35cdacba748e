"""The same files go to Troupe and to Debian's Orthanc; ids, resources and tags must be the same (differences.py: but for these)."""
import fnmatch
import json
import subprocess
import sys
import unittest

import support
from differences import DIFFERENCES

ORTHANC = support.ROOT / "build/orthanc/run"
# Values that differ between two runs of one server.
VOLATILE = {"LastUpdate", "FileUuid", "IsStable"}
LEVELS = {"patient": "patients", "study": "studies", "series": "series", "instance": "instances"}
# Lists whose order says nothing.
UNORDERED = {"Studies", "Series", "Instances"}


def unpack_orthanc():
    unpacked = subprocess.run([support.ROOT / "tools/unpack_orthanc.sh"], stderr=subprocess.PIPE, text=True, check=False)
    return unpacked.stderr.strip() if unpacked.returncode else None


def compare(theirs, ours, path=""):
    """Yields (path, theirs, ours) for every place where two JSON values differ."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted(theirs.keys() | ours.keys()):
            if key in VOLATILE:
                continue
            place = f"{path}.{key}" if path else key
            if key not in theirs or key not in ours:
                yield place, theirs.get(key, "(absent)"), ours.get(key, "(absent)")
            elif key in UNORDERED:
                yield from compare(sorted(theirs[key]), sorted(ours[key]), place)
            else:
                yield from compare(theirs[key], ours[key], place)
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for index, (one, other) in enumerate(zip(theirs, ours)):
            yield from compare(one, other, f"{path}[{index}]")
    elif theirs != ours:
        yield path, theirs, ours


def upload(server, data):
    reply = server.post("/instances", data, {"Content-Type": "application/dicom"})
    # Orthanc answers `{}` or a list to what is no single DICOM file but no error either.
    body = reply.json() if reply.status == 200 else None
    accepted = isinstance(body, dict) and "ID" in body
    return {"accepted": accepted, "reply": body if accepted else None}


def document(server, target):
    reply = server.get(target)
    return json.loads(reply.body) if reply.status == 200 else {"HttpStatus": reply.status}


class OrthancComparisonTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        missing = unpack_orthanc()
        if missing:
            raise unittest.SkipTest("Debian's Orthanc cannot be had: " + missing)
        cls.theirs, cls.ours = support.Server(program=ORTHANC), support.Server()
        for server in (cls.theirs, cls.ours):
            cls.addClassCleanup(server.remove)
            server.start()

    def setUp(self):
        self.found = []  # (sample:document:path, theirs, ours)

    def note(self, sample, name, theirs, ours):
        self.found += [(f"{sample}:{name}:{path}", one, other) for path, one, other in compare(theirs, ours)]

    def compare_documents(self, sample, name, target):
        self.note(sample, name, document(self.theirs, target), document(self.ours, target))

    def test_all_samples_give_the_same_answers(self):
        stored = {}
        for sample, path in support.samples().items():
            data = path.read_bytes()
            theirs, ours = upload(self.theirs, data), upload(self.ours, data)
            self.note(sample, "upload", theirs, ours)
            if theirs["accepted"] and ours["accepted"] and theirs["reply"]["ID"] == ours["reply"]["ID"]:
                stored.setdefault(ours["reply"]["ID"], (sample, ours["reply"]))
        self.assertGreater(len(stored), 100)
        self.compare_lists()
        self.compare_resources(stored)
        self.judge()
        self.ours.stop()

    def compare_lists(self):
        for route in LEVELS.values():
            both = [sorted(document(server, "/" + route)) for server in (self.theirs, self.ours)]
            # As an object, so that one missing id is one difference.
            self.note("all", route, *({identifier: True for identifier in one} for one in both))

    def compare_resources(self, stored):
        seen = set()
        for identifier, (sample, reply) in stored.items():
            self.compare_documents(sample, "instance", f"/instances/{identifier}")
            self.compare_documents(sample, "tags", f"/instances/{identifier}/tags")
            self.compare_documents(sample, "short", f"/instances/{identifier}/tags?short")
            self.compare_documents(sample, "simplified-tags", f"/instances/{identifier}/simplified-tags")
            for level, parent in (("series", "ParentSeries"), ("study", "ParentStudy"), ("patient", "ParentPatient")):
                target = f"/{LEVELS[level]}/{reply[parent]}"
                if target not in seen:
                    seen.add(target)
                    self.compare_documents(sample, level, target)

    def judge(self):
        unused = set(DIFFERENCES)
        unexpected = []
        for place, theirs, ours in self.found:
            rules = [rule for rule in DIFFERENCES if fnmatch.fnmatchcase(place, rule.where) and rule.check(theirs, ours)]
            unused -= set(rules)
            if not rules:
                unexpected.append(f"{place}\n    Orthanc: {str(theirs)[:200]!r}\n    Troupe:  {str(ours)[:200]!r}")
        print(f"{len(self.found)} differences, {len(unexpected)} of them not listed", file=sys.stderr)
        self.assertFalse(unexpected, "differences that differences.py does not list:\n" + "\n".join(unexpected[:200]))
        self.assertFalse([rule.where for rule in unused], "entries of differences.py that no longer occur; remove them")


if __name__ == "__main__":
    unittest.main()
