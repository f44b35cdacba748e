"""Debian's Orthanc and Troupe get the same requests; status, headers and content must be the same (differential/differences.py: but for these).

TROUPE_DIFFERENTIAL_GROUPS=find,tags asks only those groups, TROUPE_DIFFERENTIAL_SEED=n draws other requests, TROUPE_LONG_TESTS=1 draws nine times. With the argument `--serve`
both servers stay up with all files, to repeat a request by hand.
"""
import functools
import http.client
import importlib
import io
import json
import os
import signal
import sys
import time
import unittest

import PIL.Image

import support
from differential import compare, rules
from differential.differences import DIFFERENCES, ELSEWHERE, NEWER_FLAGS, NEWER_ROUTES
from differential.files import all_files
from differential.request import Connection, Reply, Request
from differential.routes import Routes
from differential.world import World

# In this order: the last one takes away what the others ask about.
GROUPS = ("uploads", "routes", "browse", "tags", "content", "find", "images", "archives", "bulk", "changes", "metadata", "manners", "server", "deletion")
# With this one every row of differences.py occurs.
FIRST_SEED = 1
SEED = int(os.environ.get("TROUPE_DIFFERENTIAL_SEED", FIRST_SEED))
SEEDS = range(SEED, SEED + 9) if support.LONG else (SEED,)


class Pair:
    """Both servers, and what differed between them."""

    def __init__(self, seed):
        # Nothing becomes stable meanwhile, however long that takes.
        self.theirs, self.ours = support.Server(program=support.ORTHANC, StableAge=86400), support.Server(StableAge=86400)
        self.servers = (self.theirs, self.ours)
        for server in self.servers:
            server.start()
        self.connections = [Connection(server) for server in self.servers]
        self.world = World(all_files(), Routes(self.ours.get_json("/openapi.json")), self.connections[1], seed)
        self.world.newer_routes, self.world.newer_flags, self.world.elsewhere = NEWER_ROUTES, NEWER_FLAGS, ELSEWHERE
        self.findings, self.asked, self.routes_asked = [], 0, set()

    def run(self, group):
        """Asks what a group asks; it is given the replies and may ask accordingly."""
        self.world.draw_for(group)
        asking = importlib.import_module(f"differential.groups.{group}").requests(self.world)
        replies = None
        while True:
            try:
                request = asking.send(replies)
            except StopIteration:
                return
            replies = [connection.ask(request) for connection in self.connections]
            self.asked += 1
            route = f"{request.method} {self.world.routes.path_of(request.target)}"
            self.routes_asked.add(route)
            for field, theirs, ours in compare.differences(route, request, *replies):
                about = self.world.found(theirs, ours) or self.world.known_of(request.target)
                self.findings.append(rules.Finding(group, route, request, about, field, theirs, ours))

    def never_asked(self):
        """The routes that both have, but no group asks."""
        every = {f"{method} {path}" for path in self.world.routes.paths for method in self.world.routes.methods(path)}
        return sorted(route for route in every - self.routes_asked - NEWER_ROUTES.keys() if not ELSEWHERE.match(route))

    def remove(self):
        for server in self.servers:
            server.remove()


class DifferentialTest(unittest.TestCase):
    def test_both_servers_answer_alike(self):
        missing = support.unpack_orthanc()
        if missing:
            self.skipTest("Debian's Orthanc cannot be had: " + missing)
        for seed in SEEDS:
            with self.subTest(seed=seed):
                self.compare(seed)

    def compare(self, seed):
        pair = Pair(seed)
        self.addCleanup(pair.remove)
        wanted = os.environ.get("TROUPE_DIFFERENTIAL_GROUPS", "").split(",")
        for group in GROUPS:
            if group in (GROUPS if wanted == [""] else wanted + ["uploads"]):
                begun, asked = time.monotonic(), pair.asked
                pair.run(group)
                print(f"{group}: {pair.asked - asked} requests, {time.monotonic() - begun:.1f} s", file=sys.stderr)
        for connection in pair.connections:
            connection.close()
        unexpected, unused = rules.judged(pair.findings, DIFFERENCES)
        print(f"seed {seed}: {pair.asked} requests, {len(pair.findings)} differences, {len(unexpected)} of them not listed", file=sys.stderr)
        if unexpected:
            self.fail("differences that differences.py does not list:\n" + rules.report(unexpected, 8042))
        if wanted == [""] and seed == FIRST_SEED:
            self.assertFalse(pair.never_asked(), "routes that no group of requests asks")
            self.assertFalse([rule.reason for rule in unused], "rows of differences.py that no longer occur; remove them")
        for server in pair.servers:
            server.stop()


class ComparisonTest(unittest.TestCase):
    """The comparison would see what it is for."""
    JSON = "application/json"

    def reply(self, body, status=200, kind=JSON, **headers):
        made = http.client.HTTPMessage()
        for name, value in {"Content-Type": kind, **headers}.items():
            made[name.replace("_", "-")] = value
        return Reply(status, made, body if isinstance(body, bytes) else json.dumps(body).encode())

    def fields(self, theirs, ours, route="GET /studies/{id}", body=None):
        return [field for field, _, _ in compare.differences(route, Request("POST", "/", body), theirs, ours)]

    def test_each_kind_of_difference_is_seen(self):
        picture = io.BytesIO(), io.BytesIO()
        for number, file in enumerate(picture):
            PIL.Image.new("L", (2, 2), number).save(file, "png")
        png = {"kind": "image/png"}
        for expected, theirs, ours in (
                ("status", self.reply({}), self.reply({}, 404)), ("header.ETag", self.reply({}, ETag="a"), self.reply({})),
                ("header.Content-Type", self.reply({}), self.reply({}, kind="text/plain")), ("header.Allow", self.reply({}, Allow="GET"), self.reply({}, Allow="PUT")),
                ("body.a", self.reply({"a": 1}), self.reply({"a": 2})), ("body.a", self.reply({"a": 1}), self.reply({"a": "1"})), ("body.a", self.reply({"a": 1}), self.reply({"a": True})),
                ("body.a", self.reply({"a": None}), self.reply({})), ("body.a.1", self.reply({"a": [1, 2]}), self.reply({"a": [1, 3]})), ("body.a", self.reply({"a": [1]}), self.reply({"a": []})),
                ("body.OrthancStatus", self.reply({"OrthancStatus": 7}, 404), self.reply({"OrthancStatus": 17}, 404)), ("body", self.reply(b"x", kind="text/plain"), self.reply(b"y", kind="text/plain")),
                ("body", self.reply(b"\0", kind="application/dicom"), self.reply(b"\1", kind="application/dicom")), ("body", *(self.reply(file.getvalue(), **png) for file in picture))):
            with self.subTest(expected=expected, theirs=theirs.body, ours=ours.body):
                self.assertEqual(self.fields(theirs, ours), [expected])
                self.assertEqual(self.fields(theirs, theirs), [])

    def test_lists_without_order_are_compared_as_sets(self):
        find, one, other = "POST /tools/find", {"ID": "a", "Type": "Study"}, {"ID": "b", "Type": "Study"}
        self.assertEqual(self.fields(self.reply(["a", "b"]), self.reply(["b", "a"]), find), [])
        self.assertEqual(self.fields(self.reply([one, other]), self.reply([other, one]), find), [])
        self.assertEqual(self.fields(self.reply(["a", "b"]), self.reply(["b", "c"]), find), ["body"])
        self.assertEqual(self.fields(self.reply(["a", "a"]), self.reply(["a"]), find), ["body"])
        self.assertEqual(self.fields(self.reply([one, other]), self.reply([other, one | {"Type": "Series"}]), find), ["body.0.Type"])
        self.assertEqual(self.fields(self.reply(["a", "b"]), self.reply(["b", "c"]), find, {"Limit": 2}), [])
        self.assertEqual(self.fields(self.reply(["a", "b"]), self.reply(["b"]), find, {"Limit": 2}), ["body.length"])

    def test_what_no_row_covers_is_unexpected_and_what_covers_nothing_is_unused(self):
        request = Request("GET", "/studies/x?expand", headers={"Accept": "text/html"})
        found = rules.Finding("browse", "GET /studies/{id}", request, ["CT.dcm"], "body.A", 1, 2)
        row = functools.partial(rules.Difference, "GET /studies/*", "body.*", "a reason")
        covering = [row(), row(target=r"\?expand"), row(target="CT"), row(target="Accept: text"), row(check=lambda theirs, ours: theirs < ours)]
        others = [row(target="MR"), row(check=lambda theirs, ours: theirs > ours), row()._replace(route="PUT *"), row()._replace(field="status")]
        for rule in covering:
            self.assertEqual(rules.judged([found], [rule]), ([], []))
        for rule in others:
            self.assertEqual(rules.judged([found], [rule]), ([found], [rule]))


def serve():
    """Both servers with all files until the program is interrupted."""
    print(support.unpack_orthanc() or "", end="")
    pair = Pair(SEED)
    pair.run("uploads")
    print("Orthanc: http://127.0.0.1:%d  Troupe: http://127.0.0.1:%d" % tuple(server.port for server in pair.servers), flush=True)
    try:
        signal.pause()
    finally:
        pair.remove()


if __name__ == "__main__":
    if "--serve" in sys.argv:
        serve()
    else:
        unittest.main()
