"""What was acknowledged is there after the process was killed: jobs and instances."""
import http.client
import random
import threading
import time
import unittest

import support
from support import LONG, dicom_file, orthanc_id

JOBS, CLIENTS = 1000, 8


def in_parallel(count, work):
    """Runs work(0) ... work(count - 1) in threads; the first exception is raised here."""
    failures = []

    def guarded(index):
        try:
            work(index)
        except BaseException as failure:  # raised again below
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


class CrashTest(unittest.TestCase):
    def setUp(self):
        self.server = support.Server(JobsHistorySize=100000, MediaArchiveSize=100000)
        self.addCleanup(self.server.remove)
        self.server.start()

    def submit_jobs(self, study):
        jobs = [[] for _ in range(CLIENTS)]

        def submit(index):
            client = self.server.client()
            while len(jobs[index]) < JOBS // CLIENTS:
                reply = client.post(study + "/archive", {"Asynchronous": True, "Priority": index})
                self.assertEqual(reply.status, 200, reply)
                jobs[index].append(reply.json()["ID"])
            client.close()

        in_parallel(CLIENTS, submit)
        return {job: priority for priority, some in enumerate(jobs) for job in some}

    def all_jobs(self):
        return {job["ID"]: job for job in self.server.get_json("/jobs?expand")}

    def assert_all_there(self, jobs):
        there = self.all_jobs().keys()
        self.assertEqual(len(jobs - there), 0, f"of {len(jobs)} acknowledged jobs so many are lost")
        self.assertEqual(len(there - jobs), 0, "jobs that nobody submitted")

    def finished_jobs(self):
        """All jobs as soon as all have ended."""
        def look():
            found = self.all_jobs()
            return found if all(job["State"] in ("Success", "Failure") for job in found.values()) else None
        return support.eventually(look, 240, "the end of all jobs")

    def wait_for_more_successes(self, count):
        def successes():
            return sum(job["State"] == "Success" for job in self.all_jobs().values())
        wanted = min(successes() + count, len(self.all_jobs()))
        support.eventually(lambda: successes() >= wanted, 60, "more jobs that succeed")

    def test_every_acknowledged_job_survives_a_kill_and_ends_in_success(self):
        files = [dicom_file(n, pixels=bytes(5000)) for n in range(1, 6)]
        for file in files:
            self.server.upload(file)
        jobs = self.submit_jobs("/studies/" + orthanc_id("P1", "1.2.3.4"))
        self.server.kill()
        self.server.start()
        self.assert_all_there(set(jobs))
        ended = self.finished_jobs()
        self.assertEqual({job: (one["State"], one["Priority"]) for job, one in ended.items()},
                         {job: ("Success", priority) for job, priority in jobs.items()})
        for job in random.Random(3).sample(sorted(jobs), 20):
            self.assertEqual(support.members(self.server.get(f"/jobs/{job}/archive").body), sorted(files))
        self.server.stop()

    def test_jobs_survive_kills_while_they_run(self):
        seed = random.randrange(1 << 30)
        print("seed", seed, flush=True)
        chance = random.Random(seed)
        for n in range(1, 9):
            self.server.upload(dicom_file(n, pixels=chance.randbytes(1 << 20)))
        study = "/studies/" + orthanc_id("P1", "1.2.3.4")
        jobs = {self.server.submit(study) for _ in range(40)}
        for _ in range(10 if LONG else 3):
            time.sleep(chance.uniform(0.02, 0.4))
            self.server.kill()
            self.server.start()
            self.assert_all_there(jobs)
            # A job that the server dies of three times in a row is given up; so let those that were running end.
            self.wait_for_more_successes(4)
        failed = [job for job in self.finished_jobs().values() if job["State"] != "Success"]
        self.assertEqual(failed, [])
        self.assertLess(max(job["EffectiveRuntime"] for job in self.all_jobs().values()), 600)
        for job in jobs:
            self.assertEqual(len(support.members(self.server.get(f"/jobs/{job}/archive").body)), 8)
        self.server.stop()

    def test_accepted_cancels_survive_a_kill(self):
        self.server.upload(dicom_file(1))
        study = "/studies/" + orthanc_id("P1", "1.2.3.4")
        jobs = [self.server.submit(study) for _ in range(50)]
        paused = jobs[-1]
        client = self.server.client()
        self.assertEqual(client.post(f"/jobs/{paused}/pause", "").status, 200)
        for job in jobs[:-1]:
            self.assertEqual(client.post(f"/jobs/{job}/cancel", "").status, 200)
        before = self.all_jobs()
        self.server.kill()
        self.server.start()
        ended = self.all_jobs()
        for job in jobs:
            if before[job]["State"] in ("Success", "Failure", "Paused"):
                self.assertEqual(ended[job]["State"], before[job]["State"])
                self.assertEqual(ended[job]["ErrorCode"], before[job]["ErrorCode"])
        self.server.stop()

    def test_every_acknowledged_instance_survives_kills(self):
        seed = random.randrange(1 << 30)
        print("seed", seed, flush=True)
        chance = random.Random(seed)
        stored = {}  # id: file
        for kill in range(20 if LONG else 5):
            self.upload_until_killed(kill, stored, chance.uniform(0.05, 0.8))
            self.server.start()
            client = self.server.client()
            for identifier, file in stored.items():
                reply = client.get(f"/instances/{identifier}/file")
                self.assertEqual(reply.status, 200, f"instance {identifier} is lost after kill {kill}")
                self.assertEqual(reply.body, file)
            client.close()
        self.assertGreater(len(stored), 20)
        self.check_index(stored)
        self.server.stop()

    def upload_until_killed(self, kill, stored, seconds):
        killed = threading.Event()

        def upload(index):
            client = self.server.client()
            number = 0
            try:
                while not killed.is_set():
                    number += 1
                    file = dicom_file(number, study=f"1.2.{kill}.{index}", pixels=bytes([number % 256]) * 20000)
                    reply = client.post("/instances", file)
                    self.assertEqual(reply.status, 200, reply)
                    stored[reply.json()["ID"]] = file
            except (OSError, http.client.HTTPException):
                self.assertTrue(killed.is_set(), "the server went away by itself")
            finally:
                client.close()

        killer = threading.Timer(seconds, lambda: (killed.set(), self.server.process.kill()))
        killer.start()
        in_parallel(4, upload)
        killer.join()
        self.server.kill()

    def check_index(self, stored):
        """What is listed is complete: nothing is half there."""
        listed = self.server.get_json("/instances")
        self.assertEqual(len(listed), len(set(listed)))
        self.assertLessEqual(set(stored), set(listed))
        client = self.server.client()
        for identifier in listed:
            self.assertEqual(client.get(f"/instances/{identifier}").status, 200)
            self.assertEqual(client.get(f"/instances/{identifier}/file").status, 200)
        for study in self.server.get_json("/studies"):
            self.assertEqual(client.get("/studies/" + study).status, 200)
        client.close()


if __name__ == "__main__":
    unittest.main()
