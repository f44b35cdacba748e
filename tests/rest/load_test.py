"""The load program measures without errors, and counts those that there are."""
import json
import os
import subprocess
import unittest

import support


class LoadTest(support.RestTest):
    def load(self, *arguments, code=0):
        address = f"http://127.0.0.1:{self.server.port}"
        done = subprocess.run([os.environ["TROUPE_LOAD"], *arguments, "--server", address, "--json"],
                              capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def test_every_scenario(self):
        measured = self.load("upload", "-n", "50", "-c", "4", "--size", "5000", "--per-series", "10")
        self.assertEqual((measured["count"], measured["errors"]), (50, 0))
        self.assertEqual(len(self.server.get_json("/instances")), 50)
        self.assertEqual(len(self.server.get_json("/series")), 5)
        self.assertLessEqual(measured["p50_ms"], measured["p99_ms"])
        self.assertLessEqual(measured["p99_ms"], measured["max_ms"])
        self.assertEqual(self.load("get", "/studies", "/system", "-n", "100", "-c", "4", "--rate", "1000")["errors"], 0)
        self.assertEqual(self.load("jobs", "-n", "40", "-c", "4")["errors"], 0)
        self.assertEqual(self.load("closed", "-n", "10", "-c", "2")["errors"], 0)
        jobs = self.server.get_json("/jobs?expand")
        self.assertEqual({job["State"] for job in jobs}, {"Success"})
        self.assertEqual(len(jobs), 50)

    def test_errors_are_counted_by_their_reason(self):
        measured = self.load("get", "/nothing", "-n", "7", code=1)
        self.assertEqual((measured["errors"], measured["reasons"]), (7, {"HTTP 404": 7}))


if __name__ == "__main__":
    unittest.main()
