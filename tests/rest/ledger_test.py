"""A load keeps a ledger of what was acknowledged; the server is killed at random moments and at every named place. No
acknowledged job is lost, none is there twice, none is stuck, none ends twice.

TROUPE_KILLS: how many kills at random moments (25; thousands for a long run).
"""
import http.client
import os
import random
import re
import threading
import time
import unittest

import support
from support import dicom_file, orthanc_id

KILLS = int(os.environ.get("TROUPE_KILLS", "25"))
CLIENTS = 6
STUDY = "/studies/" + orthanc_id("P1", "1.2.3.4")
POINTS = re.findall(r'crash_point::\w+, "(\w+)"', (support.ROOT / "core/crash_point.hpp").read_text())


class Ledger:
    """What clients were told, by job."""

    def __init__(self):
        self.lock = threading.Lock()
        self.jobs = {}       # id: {"cancelled": bool, "key": text}
        self.unanswered = set()  # keys of submissions whose answer never came
        self.ended = {}      # id: state seen once; it must never change

    def note(self, job, key):
        with self.lock:
            self.unanswered.discard(key)
            self.jobs.setdefault(job, {"cancelled": False, "key": key})

    def keys(self):
        return {job["key"] for job in self.jobs.values()}


class LedgerTest(unittest.TestCase):
    def setUp(self):
        self.server = support.Server(JobsHistorySize=1000000, MediaArchiveSize=0, DiagnosticJobs=True, ConcurrentJobs=4)
        self.addCleanup(self.server.remove)
        self.server.start()
        for n in range(1, 4):
            self.server.upload(dicom_file(n, pixels=bytes(3000)))
        self.ledger = Ledger()
        self.next_key = 0

    def key(self):
        with self.ledger.lock:
            self.next_key += 1
            return f"key-{self.next_key}"

    def load(self, stop, seed):
        """One client: submits with keys, cancels some, until the server goes away."""
        chance = random.Random(seed)
        client = self.server.client(timeout=20)
        try:
            while not stop.is_set():
                key = self.key()
                with self.ledger.lock:
                    self.ledger.unanswered.add(key)
                if chance.random() < 0.5:
                    reply = client.post(STUDY + "/archive", {"Asynchronous": True}, {"Idempotency-Key": key})
                else:
                    what = {"Asynchronous": True, "Steps": chance.randint(1, 5), "SleepMs": chance.choice([0, 0, 5, 30]),
                            "MaxRetries": 3, "RetryDelay": 0.05, "TransientFailures": chance.choice([0, 0, 1]),
                            "Lane": chance.choice("abc"), "Priority": chance.randint(0, 2)}
                    reply = client.post("/tools/diagnostic-job", what, {"Idempotency-Key": key})
                if reply.status != 200:
                    raise AssertionError(f"submission: {reply}")
                job = reply.json()["ID"]
                self.ledger.note(job, key)
                if chance.random() < 0.1:
                    answer = client.post(f"/jobs/{job}/cancel", "")
                    if answer.status == 200:
                        state = client.get("/jobs/" + job).json()
                        if not (state["State"] == "Success"):
                            self.ledger.jobs[job]["cancelled"] = True
        except (OSError, http.client.HTTPException):
            pass  # killed
        finally:
            client.close()

    def live_until_killed(self, seconds, seed):
        stop = threading.Event()
        clients = [threading.Thread(target=self.load, args=(stop, seed * 100 + n)) for n in range(CLIENTS)]
        for one in clients:
            one.start()
        if seconds is None:
            self.server.process.wait(60)  # it dies by itself
        else:
            time.sleep(seconds)
            self.server.process.kill()
            self.server.process.wait()
        stop.set()
        for one in clients:
            one.join()
        self.server.process = None

    def check(self):
        there = self.server.get_json("/jobs?expand")
        ids = [job["ID"] for job in there]
        self.assertEqual(len(ids), len(set(ids)), "a job is there twice")
        lost = self.ledger.jobs.keys() - set(ids)
        self.assertEqual(lost, set(), "acknowledged jobs are lost")
        for job in there:
            if job["State"] in ("Success", "Failure"):
                before = self.ledger.ended.setdefault(job["ID"], job["State"])
                self.assertEqual(before, job["State"], "an end has changed: " + job["ID"])
            if self.ledger.jobs.get(job["ID"], {}).get("cancelled"):
                self.assertNotEqual(job["State"], "Success", "an acknowledged cancel was forgotten: " + job["ID"])
        return there

    def check_that_none_is_stuck(self):
        def look():
            found = self.check()
            return (found,) if all(job["State"] in ("Success", "Failure") for job in found) else None  # there may be none
        try:
            (ended,) = support.eventually(look, 120, "the end of all jobs")
        except AssertionError as late:
            stuck = [job for job in self.check() if job["State"] not in ("Success", "Failure")]
            why = self.server.get_json(f"/jobs/{stuck[0]['ID']}/explain") if stuck else None
            raise AssertionError(f"{late}: {stuck[:3]}, {why}, log:\n{self.server.log()[-3000:]}") from None
        for job in ended:
            if not job["ErrorDetails"].startswith("The server died"):
                self.assertIn(job["ErrorCode"], (0, 37), job)

    def check_replays(self):
        """A key that was not answered makes one job, whether the first submission came through or not."""
        client = self.server.client()
        for key in sorted(self.ledger.unanswered)[:20]:
            body = {"Asynchronous": True}
            first = client.post(STUDY + "/archive", body, {"Idempotency-Key": key})
            if first.status == 422:
                continue  # it had come through as another kind of job
            second = client.post(STUDY + "/archive", body, {"Idempotency-Key": key})
            self.assertEqual(first.json()["ID"], second.json()["ID"])
        client.close()

    def test_kills_at_random_moments_lose_double_and_hang_nothing(self):
        seed = random.randrange(1 << 30)
        print("seed", seed, flush=True)
        chance = random.Random(seed)
        for kill in range(KILLS):
            self.live_until_killed(chance.uniform(0.02, 0.5), seed + kill)
            self.server.start()
            self.check()
            time.sleep(chance.uniform(0, 0.2))  # a job that the server dies of three times in a row is given up
            if kill % 2:
                support.eventually(lambda: not any(j["State"] == "Running" for j in self.check()), 60, "a pause between kills")
        self.check_replays()
        self.check_that_none_is_stuck()
        self.server.stop()

    def test_a_kill_at_every_named_place_loses_doubles_and_hangs_nothing(self):
        self.assertGreater(len(POINTS), 5)
        for number, point in enumerate(POINTS):
            with self.subTest(point):
                self.server.stop()
                os.environ["TROUPE_CRASH_AT"] = f"{point}:{3 + number}"
                try:
                    self.server.start()
                finally:
                    del os.environ["TROUPE_CRASH_AT"]
                if point == "content_stored":
                    with self.assertRaises((OSError, http.client.HTTPException)):
                        for n in range(100, 200):
                            self.server.upload(dicom_file(n))
                    self.server.process.wait(60)
                    self.server.process = None
                else:
                    self.live_until_killed(None, number)
                self.server.start()
                self.check()
                self.check_that_none_is_stuck()
        self.server.stop()


if __name__ == "__main__":
    unittest.main()
