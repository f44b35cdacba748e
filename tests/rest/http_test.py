"""How HTTP is spoken: methods, paths, forms of replies, the small routes around the server itself."""
import gzip
import json
import unittest
import xml.etree.ElementTree
import zlib

import support
from support import dicom_file


class HttpTest(support.RestTest):
    def setUp(self):
        super().setUp()
        self.stored = self.server.upload(dicom_file(1))
        self.path = self.stored["Path"]

    def raw(self, text, method="GET"):
        with support.raw_connection(self.server.port) as s:
            s.sendall(text.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n")
            return support.read_reply(s, method)


class MethodsTest(HttpTest):
    def test_head_is_get_without_the_body(self):
        for target in ("/system", "/instances?expand", self.path, self.path + "/tags", self.path + "/file", "/tools/metrics", "/nope", "/instances/x",
                       f"/studies/{self.stored['ParentStudy']}/archive"):
            get, head = self.server.get(target), self.server.request("HEAD", target)
            self.assertEqual((head.status, head.body), (get.status, b""), target)
            if get.status != 200:
                continue  # an error says which method it was
            for name in ("Content-Type", "Content-Length", "Transfer-Encoding", "Content-Disposition"):
                self.assertEqual(head.headers[name], get.headers[name], (target, name))

    def test_only_get_has_ranges(self):
        whole = self.server.get(self.path + "/file").headers["Content-Length"]
        head = self.server.request("HEAD", self.path + "/file", headers={"Range": "bytes=4-13"})
        self.assertEqual((head.status, head.headers["Content-Length"], head.headers["Content-Range"]), (200, whole, None))
        part = self.server.get(self.path + "/file", {"Range": "bytes=4-13"})
        self.assertEqual((part.status, len(part.body)), (206, 10))

    def test_a_method_that_is_not_offered_says_which_are(self):
        for target, method, allow in (("/system", "PUT", "GET, HEAD"), ("/instances", "PUT", "GET, HEAD, POST"), (self.path, "PATCH", "GET, HEAD, DELETE"),
                                      ("/tools/shutdown", "GET", "POST")):
            reply = self.server.request(method, target)
            self.assert_error(reply, (405,))
            self.assertEqual(reply.headers["Allow"], allow)

    def test_options_say_what_is_offered(self):
        reply = self.server.request("OPTIONS", "/instances")
        self.assertEqual((reply.status, reply.headers["Allow"], reply.body), (204, "GET, HEAD, POST", b""))
        self.assert_error(self.server.request("OPTIONS", "/nope"), (404,), (17,))
        self.assert_error(self.server.request("PATCH", "/nope"), (404,), (17,))

    def test_the_connection_survives_an_unknown_route_and_a_wrong_method(self):
        client = self.server.client()
        for method, target in (("GET", "/nope"), ("OPTIONS", "/system"), ("PATCH", "/system"), ("DELETE", "/system"), ("GET", "/system")):
            last = client.request(method, target)
        self.assertEqual(last.status, 200)
        client.close()

    def test_a_post_can_mean_another_method(self):
        for method in ("GET", "get"):
            self.assertEqual(self.server.request("POST", self.path, "", {"X-HTTP-Method-Override": method}).json()["ID"], self.stored["ID"])
        self.assertEqual(self.server.request("POST", "/tools/metrics", "1", {"X-HTTP-Method-Override": "PUT"}).status, 200)
        gone = self.server.request("POST", self.path, "", {"X-HTTP-Method-Override": "delete"})
        self.assertEqual(gone.json(), {"RemainingAncestor": None})
        self.assertEqual(self.server.get(self.path).status, 404)
        self.assert_error(self.server.request("POST", "/system", "", {"X-HTTP-Method-Override": "FOO"}), (400,))

    def test_no_link_can_delete(self):
        for target in (self.path + "?_method=DELETE", self.path + "?a&_method=delete"):
            self.assert_error(self.server.get(target), (400,))
        self.assertEqual(self.server.get(self.path).status, 200)


class PathsTest(HttpTest):
    def test_slashes_too_many_say_nothing(self):
        expected = self.server.get("/instances").body
        for target in ("/instances/", "//instances", "/instances//", "///instances///", "/%69nstances", "/instances?"):
            self.assertEqual(self.server.get(target).body, expected, target)
        self.assertEqual(self.server.get(self.path.replace("/instances/", "/instances//") + "/").status, 200)

    def test_what_only_leads_on_is_a_list(self):
        tools = self.server.get_json("/tools")
        self.assertEqual(tools, sorted(tools))
        self.assertIn("metrics", tools)
        self.assertEqual(self.server.get_json("/tools/"), tools)
        self.assert_error(self.server.request("POST", "/tools", ""), (404,), (17,))
        self.assertEqual(self.server.request("HEAD", "/tools").status, 200)

    def test_unknown_paths(self):
        for target in ("/nope", "/SYSTEM", "/system/x", "/tools/nope", "/instances/x/nope", "/" + "a" * 4000):
            error = self.assert_error(self.server.get(target), (404,), (17,))
            self.assertEqual((error["Method"], error["Uri"]), ("GET", target))

    def test_the_entry_is_a_page_for_browsers_and_a_text_for_others(self):
        self.assertEqual(self.server.get("/").headers["Content-Type"], "text/plain")
        page = self.server.get("/", {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"})
        self.assertEqual(page.headers["Content-Type"], "text/html; charset=utf-8")
        self.assertIn(b"openapi.json", page.body)
        icon = self.server.get("/favicon.ico")
        self.assertEqual((icon.status, icon.body), (204, b""))


class FormsTest(HttpTest):
    options = {"HttpCompressionEnabled": True}

    def xml(self, target, method="GET", body=None):
        reply = self.server.request(method, target, body, {"Accept": "application/xml"})
        self.assertEqual(reply.headers["Content-Type"], "application/xml; charset=utf-8", target)
        return xml.etree.ElementTree.fromstring(reply.body)

    def test_any_json_can_be_xml(self):
        self.assertEqual(self.xml("/system").findtext("ApiVersion"), str(self.server.get_json("/system")["ApiVersion"]))
        self.assertEqual([item.text for item in self.xml("/instances")], self.server.get_json("/instances"))
        self.assertEqual(self.xml(self.path).findtext("MainDicomTags/SOPInstanceUID"), "1.2.3.4.1.1")
        self.assertEqual(self.xml("/instances", "POST", dicom_file(1)).findtext("Status"), "AlreadyStored")
        self.assertEqual(self.xml(self.path + "/simplified-tags").findtext("PixelData"), "null")
        self.assertEqual(len(self.xml("/modalities")), 0)

    def test_members_without_a_name_of_xml(self):
        found = {each.get("name"): each.findtext("Value") for each in self.xml(self.path + "/tags")}
        self.assertEqual(found["0010,0020"], "P1")

    def test_texts_that_would_be_markup(self):
        stored = self.server.upload(dicom_file(1, study="1.5.5", patient='<a b="c">&\\\x1b'))
        found = self.xml(f"/patients/{stored['ParentPatient']}").findtext("MainDicomTags/PatientID")
        self.assertEqual(found.rstrip("\ufffd"), '<a b="c">&\\')

    def test_only_what_prefers_xml_gets_it(self):
        for accept, expected in (("application/xml", "xml"), ("application/json", "json"), ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "json"),
                                 ("*/*", "json"), ("application/json;q=0.5, application/xml", "xml"), ("application/xml, application/json", "xml"),
                                 ("application/json, application/xml", "json"), ("application/xml;q=0", "json"), ("text/xml", "json"), ("x", "json"), ("", "json")):
            self.assertIn(expected, self.server.get("/system", {"Accept": accept}).headers["Content-Type"], accept)

    def test_errors_and_texts_stay_what_they_are(self):
        for target, kind in (("/nope", "application/json; charset=utf-8"), ("/tools/metrics", "text/plain"), (self.path + "/file", "application/dicom")):
            self.assertEqual(self.server.get(target, {"Accept": "application/xml"}).headers["Content-Type"], kind)

    def test_large_texts_are_compressed_for_those_who_ask(self):
        for encoding, used, unpack in (("gzip", "gzip", gzip.decompress), ("deflate", "deflate", zlib.decompress), ("gzip, deflate, br", "gzip", gzip.decompress),
                                       ("gzip;q=0.5, deflate;q=1", "deflate", zlib.decompress), ("*", "gzip", gzip.decompress)):
            reply = self.server.get("/openapi.json", {"Accept-Encoding": encoding})
            self.assertEqual((reply.headers["Content-Encoding"], reply.headers["Vary"]), (used, "Accept-Encoding"), encoding)
            self.assertEqual(json.loads(unpack(reply.body)), self.server.get_json("/openapi.json"))
        for encoding in ("identity", "br", "gzip;q=0", "", "x"):
            self.assertIsNone(self.server.get("/openapi.json", {"Accept-Encoding": encoding}).headers["Content-Encoding"], encoding)

    def test_compressed_xml(self):
        reply = self.server.get("/openapi.json", {"Accept-Encoding": "gzip", "Accept": "application/xml"})
        self.assertEqual(xml.etree.ElementTree.fromstring(gzip.decompress(reply.body)).tag, "root")

    def test_files_archives_and_small_texts_are_not_compressed(self):
        for target in (self.path + "/file", f"/studies/{self.stored['ParentStudy']}/archive", "/tools/metrics", "/nope"):
            self.assertIsNone(self.server.get(target, {"Accept-Encoding": "gzip"}).headers["Content-Encoding"], target)


class PlainTest(HttpTest):
    options = {"KeepAlive": False, "HttpDescribeErrors": False}

    def test_nothing_is_compressed_unless_the_configuration_says_so(self):
        self.assertIsNone(self.server.get("/openapi.json", {"Accept-Encoding": "gzip"}).headers["Content-Encoding"])

    def test_one_request_a_connection(self):
        self.assertEqual(self.server.get("/system").headers["Connection"], "close")

    def test_errors_without_description(self):
        for method, target, status in (("GET", "/nope", 404), ("PUT", "/system", 405), ("POST", "/instances", 400), ("GET", "/instances/x", 404),
                                       ("POST", "/tools/execute-script", 403), ("GET", "/%00", 400)):
            reply = self.server.request(method, target, "" if method != "GET" else None)
            self.assertEqual((reply.status, reply.body), (status, b""), target)

    def test_every_reply_says_that_its_type_is_not_to_be_guessed(self):
        for target in ("/system", "/nope", self.path + "/file", "/"):
            self.assertEqual(self.server.get(target).headers["X-Content-Type-Options"], "nosniff")


class NamesTest(HttpTest):
    def test_names_for_downloads_cannot_leave_their_header(self):
        for name, offered in (("a.zip", "a.zip"), ('tot"o.zip', "toto.zip"), ("a%0d%0aSet-Cookie:%20x.zip", "aSet-Cookie: x.zip"), ("a%5c.zip", "a.zip"), ("%7f%01", "")):
            reply = self.server.get(f"{self.path}/file?filename={name}".replace('"', "%22"))
            self.assertEqual(reply.headers["Content-Disposition"], f'filename="{offered}"')
            self.assertIsNone(reply.headers["Set-Cookie"])


class ServerTest(support.RestTest):
    def test_log_levels(self):
        def levels():
            return {name: self.server.get("/tools/" + name).body.decode() for name in self.server.get_json("/tools") if name.startswith("log-level")}
        self.assertEqual(set(levels().values()), {"default"})
        self.assertEqual(len(levels()), 8)
        self.assertEqual(self.server.request("PUT", "/tools/log-level-http", "verbose").body, b"")
        self.assertEqual({name for name, level in levels().items() if level == "verbose"}, {"log-level", "log-level-http"})
        self.server.request("PUT", "/tools/log-level", "trace")
        self.assertEqual(set(levels().values()), {"trace"})
        for body in ("", "foo", "verbose\n", '"trace"'):
            self.assert_error(self.server.request("PUT", "/tools/log-level", body), (400,), (3,))
        self.server.request("PUT", "/tools/log-level", "default")
        self.assertEqual(set(levels().values()), {"default"})

    def test_what_would_run_code_or_write_files_is_forbidden(self):
        self.assert_error(self.server.post("/tools/execute-script", "print(1)"), (403,), (45,))
        self.assert_error(self.server.post("/instances/x/export", "/tmp/x"), (403,), (45,))

    def test_plugins(self):
        self.assertEqual(self.server.get_json("/plugins"), ["explorer.js"])
        self.assertEqual(self.server.get("/plugins/explorer.js").headers["Content-Type"], "application/javascript")
        self.assert_error(self.server.get("/plugins/x"), (404,))


class StopTest(unittest.TestCase):
    def setUp(self):
        self.server = support.Server()
        self.addCleanup(self.server.remove)
        self.server.start()
        self.stored = self.server.upload(dicom_file(1))

    def test_shutdown_answers_and_ends_in_order(self):
        reply = self.server.post("/tools/shutdown", "")
        self.assertEqual((reply.status, reply.body), (200, b"{}"))
        self.assertEqual(self.server.wait(30), 0)
        self.server.start()
        self.assertNotIn("did not stop in order", self.server.log())
        self.assertEqual(self.server.get(self.stored["Path"]).status, 200)

    def test_reset_answers_and_starts_again_in_the_same_process(self):
        for times in range(1, 6):
            self.assertEqual(self.server.post("/tools/reset", "").body, b"{}")
            support.eventually(lambda: self.server.log().count("Starting again") == times, 30, "another start")
            self.server.wait_until_it_answers()
            self.assertIsNone(self.server.process.poll())
        self.assertEqual(self.server.get(self.stored["Path"]).status, 200)
        self.assertNotIn("did not stop in order", self.server.log())
        self.server.stop()


if __name__ == "__main__":
    unittest.main()
