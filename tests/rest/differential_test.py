"""Debian's Orthanc and Troupe get the same requests; status, headers and content must be the same (differential/differences.py: but for these).

TROUPE_DIFFERENTIAL_GROUPS=find,tags asks only those groups, TROUPE_DIFFERENTIAL_SEED=n draws other requests. With the argument `--serve`
both servers stay up with all files, to repeat a request by hand.
"""
import importlib
import os
import signal
import sys
import time
import unittest

import support
from differential import compare, rules
from differential.differences import DIFFERENCES, ELSEWHERE, NEWER_FLAGS, NEWER_ROUTES
from differential.files import all_files
from differential.request import Connection
from differential.routes import Routes
from differential.world import World

# In this order: the last one takes away what the others ask about.
GROUPS = ("uploads", "content", "archives", "changes", "manners", "browse", "tags", "metadata", "find", "bulk")
# What they show is not yet reviewed row by row: they are asked by name only.
LATER = ("routes", "images", "deletion")
SEED = int(os.environ.get("TROUPE_DIFFERENTIAL_SEED", "1"))


class Pair:
    """Both servers, and what differed between them."""

    def __init__(self):
        self.theirs, self.ours = support.Server(program=support.ORTHANC), support.Server()
        self.servers = (self.theirs, self.ours)
        for server in self.servers:
            server.start()
        self.connections = [Connection(server) for server in self.servers]
        self.world = World(all_files(), Routes(self.ours.get_json("/openapi.json")), self.connections[0], SEED)
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
            files = self.world.files_in(request.target)
            self.findings += [rules.Finding(group, route, request, files, *found) for found in compare.differences(route, request, *replies)]

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
        pair = Pair()
        self.addCleanup(pair.remove)
        wanted = os.environ.get("TROUPE_DIFFERENTIAL_GROUPS", "").split(",")
        for group in GROUPS + LATER:
            if group in (GROUPS if wanted == [""] else wanted + ["uploads"]):
                begun, asked = time.monotonic(), pair.asked
                pair.run(group)
                print(f"{group}: {pair.asked - asked} requests, {time.monotonic() - begun:.1f} s", file=sys.stderr)
        for connection in pair.connections:
            connection.close()
        unexpected, unused = rules.judged(pair.findings, DIFFERENCES)
        print(f"seed {SEED}: {pair.asked} requests, {len(pair.findings)} differences, {len(unexpected)} of them not listed", file=sys.stderr)
        if unexpected:
            self.fail("differences that differences.py does not list:\n" + rules.report(unexpected, 8042))
        if wanted == [""] and SEED == 1 and not LATER:
            self.assertFalse(pair.never_asked(), "routes that no group of requests asks")
            self.assertFalse([rule.reason for rule in unused], "rows of differences.py that no longer occur; remove them")
        pair.ours.stop()


def serve():
    """Both servers with all files until the program is interrupted."""
    print(support.unpack_orthanc() or "", end="")
    pair = Pair()
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
