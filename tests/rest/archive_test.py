"""Archives of studies: made while they are downloaded, or by a job."""
import random
import subprocess
import tempfile
import unittest

import support
from support import dicom_file, members, orthanc_id

# Long enough, also when compressed, that no socket buffer swallows it.
BIG_IMAGES, BIG_PIXELS = 24, random.Random(1).randbytes(2 << 20)


class ArchiveTest(support.RestTest):
    options = {"HttpRequestTimeout": 60}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small = [dicom_file(n, study="1.2.3.1", pixels=bytes([n]) * 3000) for n in range(1, 21)]
        cls.small += [dicom_file(n, study="1.2.3.1", series="1.2.3.1.2", pixels=bytes([n])) for n in range(1, 4)]
        cls.big = [dicom_file(n, study="1.2.3.2", patient="P2", pixels=BIG_PIXELS) for n in range(1, BIG_IMAGES + 1)]
        for file in cls.small + cls.big:
            cls.server.upload(file)
        cls.small_study = "/studies/" + orthanc_id("P1", "1.2.3.1")
        cls.big_study = "/studies/" + orthanc_id("P2", "1.2.3.2")

    def assert_archive(self, body, files):
        self.assertEqual(members(body), sorted(files))
        with tempfile.NamedTemporaryFile(suffix=".zip") as archive:
            archive.write(body)
            archive.flush()
            tested = subprocess.run(["unzip", "-tq", archive.name], capture_output=True, text=True, check=False)
        # Of an empty one it says so, with 1.
        self.assertEqual(tested.returncode, 0 if files else 1, tested.stdout + tested.stderr)

    def finished_archive(self):
        job = self.server.submit(self.small_study, Priority=5)
        self.assertEqual(self.server.wait_for_job(job)["State"], "Success")
        return job, f"/jobs/{job}/archive"

    def open_download(self, receive_buffer=65536):
        """Begins a download of the big study and reads its head only."""
        s = support.raw_connection(self.server.port, receive_buffer=receive_buffer)
        self.addCleanup(s.close)
        s.sendall(f"GET {self.big_study}/archive HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        self.assertTrue(s.recv(12).startswith(b"HTTP/1.1 200"))
        return s

    # -- made while it is downloaded

    def test_get_streams_a_valid_archive(self):
        reply = self.server.get(self.small_study + "/archive")
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.headers["Content-Type"], "application/zip")
        self.assertIn("filename=", reply.headers["Content-Disposition"])
        self.assert_archive(reply.body, self.small)

    # -- of several resources

    def test_one_archive_of_resources_of_any_level(self):
        series = orthanc_id("P1", "1.2.3.1", "1.2.3.1.2")
        one = orthanc_id("P1", "1.2.3.1", "1.2.3.1.1", "1.2.3.1.1.5")
        for resources, files in (([series, one], self.small[20:] + [self.small[4]]), ([one, one], [self.small[4]]),
                                 ([self.small_study[9:], series], self.small), ([], [])):
            with self.subTest(resources=resources):
                for reply in (self.server.post("/tools/create-archive", resources), self.server.post("/tools/create-archive", {"Resources": resources}),
                              self.server.get("/tools/create-archive?resources=" + ",".join(resources))):
                    self.assertEqual(reply.status, 200, reply)
                    self.assertEqual(reply.headers["Content-Disposition"], 'filename="Archive.zip"')
                    self.assert_archive(reply.body, files)

    def test_an_archive_of_several_as_a_job(self):
        for resources, files in (([self.small_study[9:]], self.small), ([], [])):
            job = self.server.post("/tools/create-archive", {"Resources": resources, "Asynchronous": True, "Filename": "two.zip"}).json()["ID"]
            self.assertEqual(self.server.wait_for_job(job)["Content"]["InstancesCount"], len(files))
            download = self.server.get(f"/jobs/{job}/archive")
            self.assertEqual(download.headers["Content-Disposition"], 'filename="two.zip"')
            self.assert_archive(download.body, files)

    def test_an_archive_of_several_is_refused_for_what_is_not_there(self):
        unknown = "-".join(["00000000"] * 5)
        for body, status, code in (({}, 400, 15), ({"Resources": 1}, 400, 15), ([1], 400, 15), ([unknown], 404, 17), (["x"], 404, 17)):
            self.assert_error(self.server.post("/tools/create-archive", body), {status}, {code})
        self.assert_error(self.server.get("/tools/create-archive"), {400}, {8})
        self.assert_error(self.server.get("/tools/create-archive?resources=" + unknown), {404}, {17})

    # -- the request

    def test_post_is_synchronous_by_default(self):
        for body in ({}, {"Synchronous": True}, {"Asynchronous": False}, {"Synchronous": True, "Asynchronous": True}):
            with self.subTest(body=body):
                reply = self.server.post(self.small_study + "/archive", body)
                self.assertEqual(reply.status, 200)
                self.assert_archive(reply.body, self.small)

    def test_every_level_has_an_archive(self):
        patient = "/patients/" + orthanc_id("P1")
        series = "/series/" + orthanc_id("P1", "1.2.3.1", "1.2.3.1.2")
        self.assert_archive(self.server.get(patient + "/archive").body, self.small)
        self.assert_archive(self.server.get(series + "/archive").body, self.small[20:])

    def test_a_large_archive_is_complete(self):
        self.assert_archive(self.server.get(self.big_study + "/archive").body, self.big)

    def test_a_download_is_listed_as_a_job(self):
        before = set(self.server.get_json("/jobs"))
        self.server.get(self.small_study + "/archive")
        new = set(self.server.get_json("/jobs")) - before
        self.assertEqual(len(new), 1)
        job = self.server.wait_for_job(new.pop())
        self.assertEqual((job["Type"], job["State"]), ("Archive", "Success"))

    def test_slow_readers_disturb_nobody(self):
        # More of them than ConcurrentJobs.
        for _ in range(4):
            self.open_download()
        client = self.server.client(timeout=5)
        for n in range(20):
            self.assertEqual(client.get("/system").status, 200)
            self.assertEqual(client.post("/instances", dicom_file(100 + n, study="1.2.3.3", patient="P3")).status, 200)
        client.close()
        job = self.server.submit(self.small_study)
        self.assertEqual(self.server.wait_for_job(job, seconds=20)["State"], "Success")
        self.assert_archive(self.server.get(self.small_study + "/archive").body, self.small)

    def test_a_reader_that_goes_away_fails_the_job(self):
        before = set(self.server.get_json("/jobs"))
        download = self.open_download()
        job = (set(self.server.get_json("/jobs")) - before).pop()
        self.assertEqual(self.server.get_json("/jobs/" + job)["State"], "Running")
        download.close()
        ended = self.server.wait_for_job(job, seconds=30)
        self.assertEqual(ended["State"], "Failure")
        self.assertEqual(ended["ErrorCode"], 9)
        self.assert_alive()

    # -- made by a job

    def test_a_job_makes_a_valid_archive(self):
        reply = self.server.post(self.small_study + "/archive", {"Asynchronous": True, "Priority": 5})
        self.assertEqual(reply.status, 200)
        job = reply.json()["ID"]
        self.assertEqual(reply.json()["Path"], "/jobs/" + job)
        self.server.wait_for_job(job)
        listed = [one for one in self.server.get_json("/jobs?expand") if one["ID"] == job][0]
        self.assertEqual((listed["State"], listed["Priority"], listed["Progress"]), ("Success", 5, 100))
        output = self.server.get(f"/jobs/{job}/archive")
        self.assertEqual(output.headers["Content-Type"], "application/zip")
        self.assertIn("filename=", output.headers["Content-Disposition"])
        self.assert_archive(output.body, self.small)

    def test_parts_of_an_archive_can_be_fetched(self):
        _, target = self.finished_archive()
        whole = self.server.get(target)
        size = len(whole.body)
        self.assertEqual(whole.headers["Accept-Ranges"], "bytes")
        for text, first, last in (("0-99", 0, 99), ("100-", 100, size - 1), ("-100", size - 100, size - 1), (f"0-{size * 2}", 0, size - 1)):
            with self.subTest(range=text):
                part = self.server.get(target, {"Range": "bytes=" + text})
                self.assertEqual(part.status, 206)
                self.assertEqual(part.headers["Content-Range"], f"bytes {first}-{last}/{size}")
                self.assertEqual(part.body, whole.body[first:last + 1])

    def test_a_range_beyond_the_end_is_416(self):
        _, target = self.finished_archive()
        size = len(self.server.get(target).body)
        reply = self.server.get(target, {"Range": f"bytes={size}-"})
        self.assert_error(reply, {416}, {41})
        self.assertEqual(reply.headers["Content-Range"], f"bytes */{size}")

    def test_a_known_archive_is_not_sent_again(self):
        _, target = self.finished_archive()
        tag = self.server.get(target).headers["ETag"]
        self.assertRegex(tag, r'^(W/)?".+"$')
        for known in (tag, f'"other", {tag}', "*"):
            reply = self.server.get(target, {"If-None-Match": known})
            self.assertEqual((reply.status, reply.body), (304, b""), known)
        self.assertEqual(self.server.get(target, {"If-None-Match": '"other"'}).status, 200)

    def test_an_archive_survives_a_restart(self):
        job, target = self.finished_archive()
        before = self.server.get(target)
        self.server.restart()
        after = self.server.get(target)
        self.assertEqual(after.status, 200)
        self.assertEqual(after.body, before.body)
        self.assertEqual(after.headers["ETag"], before.headers["ETag"])
        self.assertEqual(self.server.get_json("/jobs/" + job)["State"], "Success")

    def test_jobs_without_an_output_have_no_archive(self):
        job, target = self.finished_archive()
        self.assert_error(self.server.get(f"/jobs/{job}/nothing"), {404}, {7})
        self.assert_error(self.server.get("/jobs/00000000-0000-4000-8000-000000000000/archive"), {404}, {7})
        self.assertEqual(self.server.request("DELETE", target).status, 200)
        self.assert_error(self.server.get(target), {404}, {7})
        self.assert_error(self.server.request("DELETE", target), {404}, {7})

    # -- both

    def test_an_unknown_resource_is_404(self):
        for level in ("patients", "studies", "series"):
            target = f"/{level}/{orthanc_id('nobody')}/archive"
            with self.subTest(level=level):
                self.assert_error(self.server.get(target), {404}, {7, 17})
                self.assert_error(self.server.post(target, {}), {404}, {7, 17})
                self.assert_error(self.server.post(target, {"Asynchronous": True}), {404}, {7, 17})


if __name__ == "__main__":
    unittest.main()
