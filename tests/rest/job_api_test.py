"""What the jobs engine offers beyond Orthanc: preferences, keys, waiting, events, ledger, bulk actions, lanes, explanations."""
import contextlib
import json
import re
import resource
import selectors
import socket
import threading
import time
import unittest

import support
from support import eventually

DIAGNOSTIC = "/tools/diagnostic-job"
UNKNOWN = "/jobs/00000000-0000-4000-8000-000000000000"


class JobApiTest(support.RestTest):
    options = {"DiagnosticJobs": True, "ConcurrentJobs": 2, "JobsHistorySize": 100000}

    def run_job(self, headers=None, **fields):
        return self.server.post(DIAGNOSTIC, {"Steps": 1} | fields, headers)

    def submit(self, **fields):
        reply = self.run_job(Asynchronous=True, **fields)
        self.assertEqual(reply.status, 200, reply)
        return reply.json()["ID"]

    def job(self, job):
        return self.server.get_json("/jobs/" + job)

    def act(self, job, action, body=""):
        return self.server.post(f"/jobs/{job}/{action}", body)

    def put(self, target, body):
        return self.server.request("PUT", target, body)

    def paused_lane(self):
        """A lane of this test that starts nothing until the test ends."""
        lane = self.id().rsplit(".", 1)[1]
        self.assertEqual(self.server.post(f"/lanes/{lane}/pause", "").json()["Paused"], True)
        self.addCleanup(self.server.post, f"/lanes/{lane}/resume", "")
        return lane


class SubmissionTest(JobApiTest):
    def test_respond_async(self):
        reply = self.run_job({"Prefer": "respond-async, foo=bar"})
        self.assertEqual(reply.status, 202, reply)
        job = reply.json()["ID"]
        self.assertEqual(reply.json(), {"ID": job, "Path": "/jobs/" + job})
        self.assertEqual(reply.headers["Location"], "/jobs/" + job)
        self.assertEqual(reply.headers["Preference-Applied"], "respond-async")
        self.server.wait_for_job(job)

    def test_wait(self):
        self.assertEqual(self.run_job({"Prefer": "wait=30"}).status, 200)
        begin = time.monotonic()
        reply = self.run_job({"Prefer": "wait=1"}, SleepMs=4000)
        self.assertEqual(reply.status, 202, reply)
        self.assertLess(time.monotonic() - begin, 3.5)
        self.assertEqual(self.server.wait_for_job(reply.json()["ID"])["State"], "Success")

    def test_without_prefer_as_orthanc(self):
        reply = self.run_job(Asynchronous=True)
        self.assertEqual((reply.status, set(reply.json())), (200, {"ID", "Path"}))
        self.assertNotIn("Location", reply.headers)

    def test_a_failure_has_the_code_of_the_job(self):
        reply = self.run_job(Steps=3, FailAt=1)
        error = reply.json()
        self.assertEqual(reply.status, error["HttpStatus"])
        self.assertNotEqual(error["OrthancStatus"], 0)

    def test_the_same_key_makes_one_job(self):
        headers = {"Idempotency-Key": self.id()}
        first = self.run_job(headers, Asynchronous=True)
        again = self.run_job(headers, Asynchronous=True)
        self.assertEqual((first.status, first.json()), (again.status, again.json()))
        other = self.run_job(headers, Asynchronous=True, Steps=2)
        self.assertGreaterEqual(other.status, 400)
        synchronous = self.run_job(headers)
        self.assertEqual(synchronous.status, 200, synchronous)

    def test_the_same_key_at_the_same_time_makes_one_job(self):
        headers = {"Idempotency-Key": self.id()}
        names = []
        threads = [threading.Thread(target=lambda: names.append(self.run_job(headers, Asynchronous=True).json()["ID"])) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(names), 8)
        self.assertEqual(len(set(names)), 1)

    def test_not_before(self):
        job = self.submit(NotBefore="2999-01-31T12:00:00+01:00")
        self.assertEqual((self.job(job)["State"], self.job(job)["NotBefore"]), ("Pending", "29990131T110000.000000"))
        self.assertEqual(self.server.get_json(f"/jobs/{job}/explain")["HeldBy"], "NotBefore")
        self.assertEqual(self.act(job, "cancel").status, 200)
        self.assertEqual(self.run_job(NotBefore="2000-01-01T00:00:00Z").status, 200)

    def test_retries(self):
        job = self.submit(Steps=3, FailAt=1, TransientFailures=2, MaxRetries=3, RetryDelay=0.05)
        ended = self.server.wait_for_job(job)
        self.assertEqual((ended["State"], ended["MaxRetries"], ended["Retries"]), ("Success", 3, 2))
        self.assertEqual([a["Number"] for a in ended["Attempts"]], [1, 2])
        self.assertTrue(all(a["ErrorCode"] != 0 for a in ended["Attempts"]))

    def test_retries_come_to_an_end(self):
        job = self.submit(Steps=3, FailAt=1, TransientFailures=99, MaxRetries=1, RetryDelay=0.05)
        ended = self.server.wait_for_job(job)
        self.assertEqual((ended["State"], ended["Retries"]), ("Failure", 1))

    def test_a_retry_shows_its_time(self):
        job = self.submit(Steps=3, FailAt=1, TransientFailures=1, MaxRetries=1, RetryDelay=600)
        waiting = self.server.wait_for_job(job, {"Retry"})
        self.assertRegex(waiting["NextAttempt"], r"^\d{8}T\d{6}\.\d{6}$")
        self.assertEqual(self.server.get_json(f"/jobs/{job}/explain")["HeldBy"], "Retry")
        self.act(job, "cancel")

    def test_wrong_values(self):
        for fields in ({"MaxRetries": 1001}, {"RetryDelay": 1}, {"NotBefore": "soon"}, {"Priority": "high"}):
            self.assert_error(self.run_job(**fields), {400})
        self.assert_error(self.run_job({"Idempotency-Key": "x" * 256}), {400})


class WaitingTest(JobApiTest):
    def test_the_end(self):
        job = self.submit(Steps=1, SleepMs=500)
        reply = self.server.get(f"/jobs/{job}?wait=30")
        self.assertEqual((reply.status, reply.json()["State"]), (200, "Success"))

    def test_the_time_is_over(self):
        job = self.submit(Lane=self.paused_lane())
        begin = time.monotonic()
        self.assertEqual(self.server.get_json(f"/jobs/{job}?wait=1")["State"], "Pending")
        self.assertGreaterEqual(time.monotonic() - begin, 0.9)
        self.act(job, "cancel")

    def test_the_next_transition(self):
        job = self.submit(Lane=self.paused_lane())
        first = self.server.get("/jobs/" + job)
        tag = {"If-None-Match": first.headers["ETag"]}
        self.assertEqual(self.server.get("/jobs/" + job, tag).status, 304)
        self.assertEqual(self.server.get(f"/jobs/{job}?wait=1", tag).status, 304)
        timer = threading.Timer(0.3, self.act, (job, "pause"))
        timer.start()
        changed = self.server.get(f"/jobs/{job}?wait=30", tag)
        timer.join()
        self.assertEqual((changed.status, changed.json()["State"]), (200, "Paused"))
        self.act(job, "cancel")

    def test_a_start_that_was_seen_is_no_further_transition(self):
        job = self.submit(SleepMs=5000)
        support.eventually(lambda: self.job(job)["State"] == "Running", 10, "the start")
        for _ in range(3):
            tag = {"If-None-Match": self.server.get("/jobs/" + job).headers["ETag"]}
            begin = time.monotonic()
            self.assertEqual(self.server.get(f"/jobs/{job}?wait=1", tag).status, 304)
            self.assertGreater(time.monotonic() - begin, 0.9)
        self.act(job, "cancel")

    def test_thousands_wait_at_the_same_time(self):
        # Both ends of each connection count against a limit of descriptors: the server's own, and this process's.
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        count = min(10_000 if support.LONG or hard >= 12_000 else 2000, hard - 1500)
        lane = self.paused_lane()
        body = json.dumps({"Steps": 1, "Lane": lane})
        request = f"POST {DIAGNOSTIC} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        with contextlib.ExitStack() as sockets, selectors.DefaultSelector() as waiting:
            for _ in range(count):
                s = sockets.enter_context(socket.create_connection(("127.0.0.1", self.server.port), 60))
                s.sendall(request)
                waiting.register(s, selectors.EVENT_READ)
            eventually(lambda: self.waiting_in(lane) == count, 120, "all wait")
            self.assertEqual(waiting.select(0), [])
            self.assert_alive()
            self.server.post(f"/lanes/{lane}/resume", "")
            answered = 0
            deadline = time.monotonic() + 240
            while answered < count and time.monotonic() < deadline:
                for key, _ in waiting.select(1):
                    waiting.unregister(key.fileobj)
                    self.assertTrue(key.fileobj.recv(4096).startswith(b"HTTP/1.1 200 "))
                    answered += 1
            self.assertEqual(answered, count)

    def waiting_in(self, lane):
        reply = self.server.get("/lanes/" + lane)
        return reply.json()["Waiting"] if reply.status == 200 else 0


class EventsTest(JobApiTest):
    """Clients of /jobs/events."""

    def listen(self, query="", headers=""):
        s = support.raw_connection(self.server.port)
        self.addCleanup(s.close)
        s.sendall(f"GET /jobs/events{query} HTTP/1.1\r\nHost: a\r\n{headers}\r\n".encode())
        stream = s.makefile("rb")
        self.assertIn(b" 200 ", stream.readline())
        while stream.readline().strip():
            pass
        return stream

    @staticmethod
    def lines(stream):
        """The lines of the body, chunk by chunk."""
        text = b""
        while True:
            size = int(stream.readline(), 16)
            text += stream.read(size)
            stream.readline()
            if size == 0:
                return
            *whole, text = text.split(b"\n")
            for line in whole:
                yield line.decode()

    def events(self, stream):
        name = number = None
        for line in self.lines(stream):
            if line.startswith("id: "):
                number = int(line[4:])
            elif line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                yield name, number, json.loads(line[6:])

    def history(self, stream, job, last):
        states = []
        for name, number, data in self.events(stream):
            self.assertEqual(name, "job")
            if data["ID"] == job:
                states.append(data["State"])
                if data["State"] == last:
                    return states, number
        self.fail("the stream ended")

    def test_the_life_of_a_job(self):
        stream = self.listen()
        job = self.submit(Steps=2)
        states, _ = self.history(stream, job, "Success")
        self.assertEqual(states[0], "Pending")

    def test_a_client_resumes(self):
        stream = self.listen()
        first = self.submit()
        _, number = self.history(stream, first, "Success")
        second = self.submit()
        self.server.wait_for_job(second)
        again = self.listen(headers=f"Last-Event-ID: {number}\r\n")
        self.assertEqual(self.history(again, second, "Success")[0][0], "Pending")
        self.assertEqual(self.history(self.listen(f"?last-event-id={number}"), second, "Success")[0][0], "Pending")

    def test_a_gap_is_told(self):
        name, _, data = next(self.events(self.listen("?last-event-id=999999999999")))
        self.assertEqual((name, set(data)), ("gap", {"Oldest"}))

    def test_filters(self):
        stream = self.listen("?state=Failure")
        self.submit()
        job = self.submit(Steps=1, FailAt=0)
        self.assertEqual(self.history(stream, job, "Failure")[0], ["Failure"])

    def test_a_removed_job(self):
        stream = self.listen()
        job = self.submit()
        self.server.wait_for_job(job)
        self.server.request("DELETE", "/jobs/" + job)
        for _, _, data in self.events(stream):
            if data["ID"] == job and data.get("Removed"):
                return

    def test_head_and_errors(self):
        reply = self.server.request("HEAD", "/jobs/events")
        self.assertEqual((reply.status, reply.headers["Content-Type"]), (200, "text/event-stream"))
        self.assert_error(self.server.get("/jobs/events?last-event-id=x"), {400})


class StopTest(JobApiTest):
    def test_a_listener_does_not_hold_the_server_up(self):
        s = support.raw_connection(self.server.port)
        self.addCleanup(s.close)
        s.sendall(b"GET /jobs/events HTTP/1.1\r\nHost: a\r\n\r\n")
        self.assertIn(b"200", s.recv(4096))
        begin = time.monotonic()
        self.server.restart()
        self.assertLess(time.monotonic() - begin, 2.5)


class ListTest(JobApiTest):
    def page(self, target):
        """Names and the next page's target."""
        reply = self.server.get(target)
        self.assertEqual(reply.status, 200, reply)
        link = re.fullmatch(r'<(.*)>; rel="next"', reply.headers.get("Link") or "")
        return reply.json(), link and link[1]

    def test_pages(self):
        jobs = [self.submit(UserData={"test": self.id()}) for _ in range(7)]
        found, target = [], '/jobs?limit=3&user-data={"test":"%s"}' % self.id()
        target = target.replace("{", "%7B").replace("}", "%7D").replace('"', "%22")
        while target:
            names, target = self.page(target)
            self.assertLessEqual(len(names), 3)
            found += names
        self.assertEqual(found, jobs)

    def test_filters(self):
        lane = self.paused_lane()
        jobs = [self.submit(Lane=lane) for _ in range(3)]
        self.assertEqual(self.page(f"/jobs?lane={lane}&state=Pending")[0], jobs)
        self.assertEqual(self.page(f"/jobs?lane={lane}&order=desc")[0], jobs[::-1])
        self.assertEqual(self.page(f"/jobs?lane={lane}&after={jobs[0]}&limit=1")[0], jobs[1:2])
        created = self.job(jobs[1])["CreationTime"]
        self.assertEqual(self.page(f"/jobs?lane={lane}&since={created}")[0], jobs[1:])
        self.assertEqual(self.page(f"/jobs?lane={lane}&until={created}")[0], jobs[:1])
        self.assertEqual([j["ID"] for j in self.page(f"/jobs?lane={lane}&expand")[0]], jobs)
        for job in jobs:
            self.act(job, "cancel")

    def test_all(self):
        job = self.submit()
        self.assertIn(job, self.server.get_json("/jobs"))
        self.assertIn(job, [j["ID"] for j in self.server.get_json("/jobs?expand")])

    def test_wrong_parameters(self):
        error = self.assert_error(self.server.get("/jobs?state=Done"), {400})
        self.assertIn("Pending, Running", error["Details"])

    def test_statistics(self):
        job = self.submit(Lane=self.paused_lane())
        totals = self.server.get_json("/jobs/statistics")
        self.assertGreaterEqual(totals["States"]["Pending"], 1)
        self.assertEqual(set(totals["States"]), {"Pending", "Running", "Paused", "Retry", "Success", "Failure"})
        self.act(job, "cancel")


class ControlTest(JobApiTest):
    def test_a_priority_changes_the_order(self):
        lane = self.paused_lane()
        jobs = [self.submit(Lane=lane) for _ in range(3)]
        self.assertEqual(self.put(lane_path(lane), {"Limit": 1}).status, 200)
        self.addCleanup(self.put, lane_path(lane), {"Limit": 0})
        self.assertEqual(self.put(f"/jobs/{jobs[2]}/priority", "9").status, 200)
        self.assertEqual(self.job(jobs[2])["Priority"], 9)
        self.server.post(lane_path(lane) + "/resume", "")
        ends = [self.server.wait_for_job(job)["CompletionTime"] for job in jobs]
        self.assertEqual(sorted(range(3), key=ends.__getitem__), [2, 0, 1])

    def test_the_priority_of_a_finished_or_unknown_job(self):
        job = self.submit()
        self.server.wait_for_job(job)
        self.assert_error(self.put(f"/jobs/{job}/priority", "9"), {400})
        self.assert_error(self.put(UNKNOWN + "/priority", "9"), {400})
        self.assert_error(self.put(f"/jobs/{job}/priority", "nine"), {400})

    def test_refusals_say_the_state(self):
        job = self.submit()
        self.server.wait_for_job(job)
        for action in ("resume", "resubmit"):
            self.assertIn("Success", self.assert_error(self.act(job, action), {400})["Details"])
        self.assert_error(self.server.post(UNKNOWN + "/cancel", ""), {400})
        self.assert_error(self.server.get(f"/jobs/{job}/cancel"), {404}, {7})

    def test_an_explanation(self):
        lane = self.paused_lane()
        jobs = [self.submit(Lane=lane) for _ in range(3)]
        why = self.server.get_json(f"/jobs/{jobs[2]}/explain")
        self.assertEqual((why["ID"], why["State"], why["HeldBy"]), (jobs[2], "Pending", "LanePaused"))
        self.assertTrue(why["Text"])
        for job in jobs:
            self.act(job, "cancel")
        self.assertEqual(self.server.get_json(f"/jobs/{jobs[0]}/explain")["HeldBy"], "Nothing")
        self.assert_error(self.server.get(UNKNOWN + "/explain"), {404})

    def test_the_ledger_and_its_items_again(self):
        job = self.submit(Steps=6, FailItems=[1, 3, 4])
        ended = self.server.wait_for_job(job)
        self.assertEqual((ended["State"], ended["FailedItemsCount"]), ("Success", 3))
        first = self.server.get(f"/jobs/{job}/failures?limit=2")
        self.assertEqual([f["Item"] for f in first.json()], [1, 3])
        self.assertIn(f"</jobs/{job}/failures?limit=2&since=4>", first.headers["Link"])
        self.assertEqual([f["Item"] for f in self.server.get_json(f"/jobs/{job}/failures?since=4")], [4])
        again = self.act(job, "resubmit", {"FailedOnly": True})
        self.assertEqual((again.status, set(again.json())), (200, {"ID", "Path"}), again)
        self.assertNotEqual(again.json()["ID"], job)
        self.server.wait_for_job(again.json()["ID"])

    def test_bulk_actions(self):
        lane = self.paused_lane()
        jobs = [self.submit(Lane=lane) for _ in range(5)]
        which = {"Filter": {"Lane": lane}}
        dry = self.server.post("/jobs/actions", which | {"Action": "cancel", "DryRun": True}).json()
        self.assertEqual((dry["Matched"], dry["Sample"]), (5, jobs))
        self.assertEqual({self.job(job)["State"] for job in jobs}, {"Pending"})
        done = self.server.post("/jobs/actions", which | {"Action": "prioritize", "Priority": 4}).json()
        self.assertEqual((done["Matched"], done["Changed"], done["Refused"]), (5, 5, 0))
        self.assertEqual({self.job(job)["Priority"] for job in jobs}, {4})
        some = {"Filter": {"Lane": lane, "IDs": jobs[:2]}}
        self.assertEqual(self.server.post("/jobs/actions", some | {"Action": "cancel"}).json()["Changed"], 2)
        refused = self.server.post("/jobs/actions", which | {"Action": "resubmit"}).json()
        self.assertEqual((refused["Changed"], refused["Refused"]), (2, 3))
        self.server.post("/jobs/actions", which | {"Action": "cancel"})
        self.assertEqual(self.server.post("/jobs/actions", which | {"Action": "delete"}).json()["Changed"], 5)
        self.assertEqual(self.server.get_json("/jobs?lane=" + lane), [])

    def test_bulk_mistakes(self):
        for body in ({"Action": "cancel"}, {"Action": "cancel", "Filter": {}}, {"Action": "cancel", "Filter": {"Sate": "x"}}, {"All": True}):
            self.assert_error(self.server.post("/jobs/actions", body), {400})


def lane_path(lane):
    return "/lanes/" + lane


class LanesTest(JobApiTest):
    def test_a_paused_lane_starts_nothing(self):
        lane = self.paused_lane()
        job = self.submit(Lane=lane)
        self.assertEqual(self.run_job().status, 200)
        self.assertEqual(self.job(job)["State"], "Pending")
        self.assertEqual(self.job(job)["Lane"], lane)
        shown = self.server.get_json(lane_path(lane))
        self.assertEqual((shown["Name"], shown["Paused"], shown["Waiting"], shown["Running"]), (lane, True, 1, 0))
        self.assertIn(lane, [each["Name"] for each in self.server.get_json("/lanes")])
        self.assertEqual(self.server.post(lane_path(lane) + "/resume", "").status, 200)
        self.assertEqual(self.server.wait_for_job(job)["State"], "Success")

    def test_names_may_have_any_character(self):
        path = "/lanes/modality%3AP%C3%84CS%2F1%20a"
        self.assertEqual(self.put(path, {"Limit": 3}).json()["Name"], "modality:PÄCS/1 a")
        self.assertEqual(self.server.get_json(path)["Limit"], 3)
        self.put(path, {"Limit": 0})

    def test_settings_survive_a_restart(self):
        self.put("/lanes/kept", {"Limit": 2, "Paused": True})
        self.server.restart()
        kept = self.server.get_json("/lanes/kept")
        self.assertEqual((kept["Limit"], kept["Paused"]), (2, True))
        self.put("/lanes/kept", {"Limit": 0, "Paused": False})

    def test_wrong_settings(self):
        for body in ({}, {"Limit": -1}, {"Paused": "yes"}, {"Other": 1}):
            self.assert_error(self.put("/lanes/a", body), {400})
        self.assert_error(self.server.get("/lanes/none"), {404})


class LimitTest(JobApiTest):
    options = JobApiTest.options | {"LimitJobs": 1}

    def test_a_place_is_waited_for_no_longer_than_asked(self):
        lane = self.paused_lane()
        job = self.submit(Lane=lane)
        reply = self.run_job({"Prefer": "wait=1"}, Lane=lane)
        self.assertEqual(reply.status, 503, reply)
        self.assertIn("Retry-After", reply.headers)
        self.act(job, "cancel")


class NotOfferedTest(support.RestTest):
    def test_diagnostic_jobs_need_the_option(self):
        self.assert_error(self.server.post(DIAGNOSTIC, {}), {404})


if __name__ == "__main__":
    unittest.main()
