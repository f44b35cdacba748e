"""HTTP: slashes, HEAD, other methods, Accept, encodings, bodies that are wrong, what is written in strange ways."""
from differential.request import Request
from differential.world import UNKNOWN

ACCEPTS = ("application/json", "application/xml", "text/html", "image/png", "*/*", "application/*", "text/html, application/xml;q=0.9", "application/xml;q=0.1, application/json", "", "x", ";", "image/*")
WRONG_BODIES = ("", "x", "[]", "{}", "null", "1", '"x"', "{", '{"Resources": 1}', '{"Resources": []}', '{"Resources": [1]}', '{"Resources": ["x"]}', '{"Resources": {}}', '["x"]', "[1]", "\xff")


def requests(world):
    study, instance = world.ids["studies"][0], world.instance("test_files/CT_small.dcm")
    targets = ["/studies", f"/studies/{study}", f"/studies/{study}/series", f"/instances/{instance}/tags", "/statistics", f"/studies/{UNKNOWN}", "/nope", f"/instances/{instance}/file",
               f"/instances/{instance}/preview", "/tools/now", "/changes"]
    for target in targets:
        for written in (target + "/", "/" + target, target.replace("/", "//"), target + "//", target + "/.", target + "/..", target + "?", target + "/?x", target + "%2F", target.upper(),
                        target.replace("s", "%73"), target + "/x", target + "/x/y/z", "/." + target, target + "%00", target + "#x"):
            yield Request("GET", written)
        for method in ("HEAD", "OPTIONS", "PATCH", "TRACE", "PUT", "POST", "DELETE"):
            if not (method == "DELETE" and "studies/" in target):
                yield Request(method, target)
        for accept in ACCEPTS:
            yield Request("GET", target, headers={"Accept": accept})
        for headers in ({"Accept-Encoding": "gzip"}, {"Accept-Encoding": "deflate"}, {"Accept-Encoding": "gzip, deflate, br"}, {"If-None-Match": "*"}, {"If-None-Match": '"x"'}, {"Range": "bytes=0-3"},
                        {"Cookie": "a=b"}, {"Authorization": "Basic eDp5"}, {"Content-Type": "text/plain"}, {"X-HTTP-Method-Override": "DELETE"} if target == "/statistics" else {"X-Y": "z"}):
            yield Request("GET", target, headers=headers)
    yield from overridden(world)
    yield from wrong_bodies(study)


def overridden(world):
    """A POST that means another method."""
    study = world.ids["studies"][1]
    for method in ("GET", "PUT", "DELETE", "get", "HEAD", "PATCH", "", "x"):
        yield Request("POST", f"/studies/{study}/nothing", "", {"X-HTTP-Method-Override": method})
        yield Request("POST", "/studies", "", {"X-HTTP-Method-Override": method})
        yield Request("POST", f"/studies?_method={method}", "")
        yield Request("GET", f"/studies?_method={method}")
    yield Request("POST", f"/studies/{study}?_method=GET", "")


def wrong_bodies(study):
    for target in ("/tools/bulk-content", "/tools/bulk-delete", f"/studies/{study}/archive", "/tools/create-archive", "/tools/find", "/tools/lookup", "/tools/count-resources", f"/studies/{study}/reconstruct"):
        for body in WRONG_BODIES:
            if not (target == "/tools/create-archive" and body in ("[]",)):
                yield Request("POST", target, body)
        yield Request("POST", target, "{}", {"Content-Type": "application/xml"})
    for target in ("/tools/metrics", "/tools/default-encoding", "/tools/log-level"):
        for body in ("", "x", "{}", "[]", "2"):
            yield Request("PUT", target, body)
