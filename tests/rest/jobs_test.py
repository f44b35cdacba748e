"""The jobs' states as clients see and change them (docs/rest.md): actions, replies, JSON, order, history."""
import random
import unittest

import support
from support import dicom_file, orthanc_id

ACTIONS = ("cancel", "pause", "resume", "resubmit")
UNKNOWN = "/jobs/00000000-0000-4000-8000-000000000000"
TIME = r"^\d{8}T\d{6}\.\d{6}$"
FINISHED_FIELDS = {"ID", "Type", "State", "Priority", "Progress", "CreationTime", "Timestamp", "CompletionTime", "EffectiveRuntime",
                   "ErrorCode", "ErrorDescription", "ErrorDetails", "Content"}
CONTENT_FIELDS = {"Description", "InstancesCount", "UncompressedSizeMB", "UncompressedSize", "ArchiveSizeMB", "ArchiveSize"}


class JobsTestBase(support.RestTest):
    """One slot, so that what waits and what runs can be arranged."""

    options = {"ConcurrentJobs": 1}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        noise = random.Random(2).randbytes(1 << 20)
        for n in range(1, 33):
            cls.server.upload(dicom_file(n, study="1.2.3.5", patient="P5", pixels=noise))
        cls.server.upload(dicom_file(1, study="1.2.3.6", patient="P6"))
        cls.big = "/studies/" + orthanc_id("P5", "1.2.3.5")
        cls.small = "/studies/" + orthanc_id("P6", "1.2.3.6")

    def setUp(self):
        super().setUp()
        self.blockers = []

    def tearDown(self):
        for job in self.blockers:
            self.act(job, "cancel")
        for job in self.blockers:
            self.server.wait_for_job(job)

    def act(self, job, action):
        return self.server.post(f"/jobs/{job}/{action}", "")

    def assert_done(self, job, action):
        reply = self.act(job, action)
        self.assertEqual((reply.status, reply.json()), (200, {}), (action, reply))

    def assert_refused(self, job, action):
        self.assert_error(self.act(job, action), {400})

    def state(self, job):
        return self.server.get_json("/jobs/" + job)["State"]

    def block(self):
        """Fills the queue with long jobs of high priority, so that others wait until the test ends."""
        self.blockers = [self.server.submit(self.big, Priority=100) for _ in range(12)]

    def pending_job(self):
        if not self.blockers:
            self.block()
        return self.server.submit(self.small)

    def paused_job(self):
        job = self.pending_job()
        self.assert_done(job, "pause")
        return job

    def finished_job(self, **fields):
        job = self.server.submit(self.small, **fields)
        self.assertEqual(self.server.wait_for_job(job)["State"], "Success")
        return job

    def cancelled_job(self):
        job = self.pending_job()
        self.assert_done(job, "cancel")
        return job

    def download(self):
        """A job that runs as long as the returned socket reads nothing; its id."""
        before = set(self.server.get_json("/jobs"))
        s = support.raw_connection(self.server.port, receive_buffer=65536)
        self.addCleanup(s.close)
        s.sendall(f"GET {self.big}/archive HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        s.recv(1)
        return (set(self.server.get_json("/jobs")) - before).pop()


class ActionsTest(JobsTestBase):
    def test_a_pending_job(self):
        job = self.pending_job()
        self.assertEqual(self.state(job), "Pending")
        self.assert_refused(job, "resume")
        self.assert_refused(job, "resubmit")
        self.assert_done(job, "pause")
        self.assertEqual(self.state(job), "Paused")

    def test_a_pending_job_that_is_cancelled(self):
        job = self.pending_job()
        self.assert_done(job, "cancel")
        record = self.server.get_json("/jobs/" + job)
        self.assertEqual((record["State"], record["ErrorCode"]), ("Failure", 37))
        self.assertIn("CompletionTime", record)

    def test_a_paused_job(self):
        job = self.paused_job()
        self.assert_done(job, "pause")
        self.assert_refused(job, "resubmit")
        self.assertEqual(self.state(job), "Paused")
        self.assert_done(job, "resume")
        self.assertEqual(self.state(job), "Pending")

    def test_a_paused_job_that_is_cancelled(self):
        job = self.paused_job()
        self.assert_done(job, "cancel")
        record = self.server.get_json("/jobs/" + job)
        self.assertEqual((record["State"], record["ErrorCode"]), ("Failure", 37))

    def test_a_paused_job_goes_on_when_it_is_resumed(self):
        job = self.paused_job()
        self.tearDown()
        self.assertEqual(self.state(job), "Paused")
        self.assert_done(job, "resume")
        self.assertEqual(self.server.wait_for_job(job)["State"], "Success")

    def test_a_finished_job(self):
        job = self.finished_job()
        before = self.server.get_json("/jobs/" + job)
        self.assert_done(job, "cancel")
        self.assert_done(job, "pause")
        self.assert_refused(job, "resume")
        self.assert_refused(job, "resubmit")
        after = self.server.get_json("/jobs/" + job)
        self.assertEqual(before | {"Timestamp": ""}, after | {"Timestamp": ""})

    def test_a_failed_job(self):
        job = self.cancelled_job()
        self.assert_done(job, "cancel")
        self.assert_done(job, "pause")
        self.assert_refused(job, "resume")
        self.assertEqual(self.state(job), "Failure")

    def test_a_failed_job_that_is_resubmitted_runs_again(self):
        job = self.cancelled_job()
        self.assert_done(job, "resubmit")
        self.assertIn(self.state(job), ("Pending", "Running"))
        self.tearDown()
        record = self.server.wait_for_job(job)
        self.assertEqual((record["State"], record["ErrorCode"]), ("Success", 0))
        self.assertEqual(len(support.members(self.server.get(f"/jobs/{job}/archive").body)), 1)

    def test_a_running_job(self):
        job = self.download()
        self.assertEqual(self.state(job), "Running")
        self.assert_refused(job, "resume")
        self.assert_refused(job, "resubmit")
        self.assertEqual(self.state(job), "Running")

    def test_a_running_job_that_is_cancelled_ends_cancelled(self):
        job = self.download()
        self.assert_done(job, "cancel")
        record = self.server.wait_for_job(job, seconds=30)
        self.assertEqual((record["State"], record["ErrorCode"]), ("Failure", 37))

    def test_jobs_that_are_paused_while_they_run_lose_nothing(self):
        jobs = [self.server.submit(self.big) for _ in range(8)]
        for job in jobs:
            self.assert_done(job, "pause")
        states = [self.server.wait_for_job(job, ("Paused", "Success"))["State"] for job in jobs]
        self.assertIn("Paused", states)
        for job, state in zip(jobs, states):
            if state == "Paused":
                self.assert_done(job, "resume")
        for job in jobs:
            self.assertEqual(self.server.wait_for_job(job)["State"], "Success")
            self.assertEqual(len(support.members(self.server.get(f"/jobs/{job}/archive").body)), 32)

    def test_actions_survive_a_restart(self):
        paused, cancelled = self.paused_job(), self.cancelled_job()
        self.server.restart()
        self.assertEqual(self.state(paused), "Paused")
        self.assertEqual(self.state(cancelled), "Failure")
        self.assertEqual(self.server.get_json("/jobs/" + cancelled)["ErrorCode"], 37)

    def test_an_unknown_job(self):
        for action in ACTIONS:
            self.assert_error(self.server.post(f"{UNKNOWN}/{action}", ""), {400})
        self.assertEqual(self.server.get(UNKNOWN).status, 404)
        self.assertEqual(self.server.get("/jobs/nonsense").status, 404)
        self.assert_error(self.server.request("DELETE", UNKNOWN), {404}, {7})

    def test_actions_are_posted(self):
        job = self.finished_job()
        self.assert_error(self.server.get(f"/jobs/{job}/cancel"), {404}, {7})

    def test_only_finished_jobs_can_be_deleted(self):
        waiting = self.pending_job()
        self.assert_error(self.server.request("DELETE", "/jobs/" + waiting), {404}, {7})
        done = self.cancelled_job()
        self.assertEqual(self.server.request("DELETE", "/jobs/" + done).status, 200)
        self.assertEqual(self.server.get("/jobs/" + done).status, 404)
        self.assertNotIn(done, self.server.get_json("/jobs"))


class RecordTest(JobsTestBase):
    def test_a_finished_job_has_the_fields_that_clients_know(self):
        record = self.server.get_json("/jobs/" + self.finished_job(Priority=7))
        self.assertEqual(set(record), FINISHED_FIELDS)
        self.assertEqual((record["Type"], record["State"], record["Priority"], record["Progress"]), ("Archive", "Success", 7, 100))
        self.assertEqual((record["ErrorCode"], record["ErrorDescription"], record["ErrorDetails"]), (0, "Success", ""))
        for field in ("CreationTime", "Timestamp", "CompletionTime"):
            self.assertRegex(record[field], TIME)
        self.assertLessEqual(record["CreationTime"], record["CompletionTime"])
        self.assertLessEqual(record["CompletionTime"], record["Timestamp"])
        self.assertGreaterEqual(record["EffectiveRuntime"], 0)

    def test_the_content_of_an_archive(self):
        job = self.finished_job()
        content = self.server.get_json("/jobs/" + job)["Content"]
        self.assertGreaterEqual(set(content), CONTENT_FIELDS)
        self.assertEqual((content["Description"], content["InstancesCount"]), ("REST API", 1))
        self.assertEqual(content["ArchiveSize"], str(len(self.server.get(f"/jobs/{job}/archive").body)))
        self.assertEqual(content["UncompressedSize"], str(len(dicom_file(1, study="1.2.3.6", patient="P6"))))
        self.assertEqual((content["UncompressedSizeMB"], content["ArchiveSizeMB"]), (0, 0))

    def test_a_waiting_job_has_no_completion_time(self):
        record = self.server.get_json("/jobs/" + self.pending_job())
        self.assertEqual(set(record), FINISHED_FIELDS - {"CompletionTime"})
        self.assertEqual(record["Progress"], 0)

    def test_user_data_is_kept(self):
        for data in ("text", {"a": [1, 2]}, 5, None, False):
            record = self.server.get_json("/jobs/" + self.finished_job(UserData=data))
            self.assertEqual(record["UserData"], data)

    def test_lists(self):
        job = self.finished_job()
        ids = self.server.get_json("/jobs")
        self.assertIn(job, ids)
        expanded = self.server.get_json("/jobs?expand")
        self.assertEqual([one["ID"] for one in expanded], ids)
        self.assertEqual(set(expanded[0]), FINISHED_FIELDS)
        self.assertEqual(self.server.get_json("/jobs/"), ids)

    def test_json_is_utf8_with_its_type(self):
        reply = self.server.get("/jobs")
        self.assertEqual(reply.headers["Content-Type"].replace(" ", ""), "application/json;charset=utf-8")

    def test_higher_priorities_go_first_and_equals_in_order(self):
        self.block()
        jobs = [self.server.submit(self.small, Priority=priority) for priority in (0, 5, -3, 5, 0)]
        self.tearDown()
        ended = [self.server.wait_for_job(job)["CompletionTime"] for job in jobs]
        self.assertEqual(sorted(range(5), key=lambda i: ended[i]), [1, 3, 0, 4, 2])


class SubmissionTest(JobsTestBase):
    def test_wrong_types_are_refused(self):
        for body in ({"Asynchronous": "yes"}, {"Asynchronous": []}, {"Synchronous": {}}, {"Priority": "high", "Asynchronous": True},
                     {"Priority": [], "Asynchronous": True}, [], "text", 5, None, [True]):
            with self.subTest(body=body):
                error = self.assert_error(self.server.post(self.small + "/archive", support.json.dumps(body)), {400}, {15})
                self.assertTrue(error["Details"])

    def test_a_body_that_is_no_json_is_refused(self):
        for body in ("", "{", "{]", "{} {}", "\xff", '{"Asynchronous": true,}', "[" * 100_000, '{"a":' * 100_000):
            with self.subTest(body=body[:20]):
                self.assert_error(self.server.post(self.small + "/archive", body.encode("latin-1")), {400}, {15, 28})
        self.assert_alive()

    def test_an_asynchronous_reply_names_the_job(self):
        reply = self.server.post(self.small + "/archive", {"Synchronous": False})
        self.assertEqual(reply.status, 200)
        self.assertEqual(set(reply.json()), {"ID", "Path"})
        self.assertRegex(reply.json()["ID"], r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")

    def test_other_methods_are_405_with_those_that_are_allowed(self):
        reply = self.server.request("PUT", "/jobs", "")
        self.assertEqual(reply.status, 405)
        self.assertIn("GET", reply.headers["Allow"])
        self.assertEqual(self.server.get(f"{UNKNOWN}/cancel").status, 404)

    def test_an_unknown_route_is_404_with_the_error(self):
        self.assert_error(self.server.get("/nothing/here"), {404}, {17})


class HistoryTest(support.RestTest):
    options = {"JobsHistorySize": 3, "ConcurrentJobs": 1}

    def test_the_oldest_finished_job_goes_first(self):
        self.server.upload(dicom_file(1))
        study = "/studies/" + orthanc_id("P1", "1.2.3.4")
        jobs = []
        for _ in range(5):
            jobs.append(self.server.submit(study))
            self.server.wait_for_job(jobs[-1])
        self.assertEqual(sorted(self.server.get_json("/jobs")), sorted(jobs[2:]))
        self.assert_error(self.server.get(f"/jobs/{jobs[0]}/archive"), {404}, {7})
        self.server.restart()
        jobs.append(self.server.submit(study))
        self.server.wait_for_job(jobs[-1])
        self.assertEqual(sorted(self.server.get_json("/jobs")), sorted(jobs[3:]))


class NoHistoryTest(support.RestTest):
    options = {"JobsHistorySize": 0, "DiagnosticJobs": True}

    def test_who_polls_for_a_job_that_is_evicted_sees_how_it_ended(self):
        for fields, state in (({}, "Success"), ({"FailAt": 0}, "Failure")):
            job = self.server.post("/tools/diagnostic-job", {"Asynchronous": True, "SleepMs": 300} | fields).json()["ID"]
            self.assertEqual(self.server.get_json(f"/jobs/{job}?wait=30")["State"], state)
            self.assertEqual(self.server.get(f"/jobs/{job}").status, 404)

    def test_a_download_works_without_a_history(self):
        self.server.upload(dicom_file(1))
        reply = self.server.get("/studies/" + orthanc_id("P1", "1.2.3.4") + "/archive")
        self.assertEqual(support.members(reply.body), [dicom_file(1)])
        support.eventually(lambda: self.server.get_json("/jobs") == [], 10, "no jobs are left")


if __name__ == "__main__":
    unittest.main()
