"""Metadata, attachments, protection: reading, writing and removing, with revisions."""
import re

from differential.request import Request
from differential.routes import LEVELS

BODIES = ("value", "", "two\nlines", "Ümläut 山", "x" * 3000, '{"a": 1}')
PARTS = ("", "/data", "/compressed-data", "/size", "/compressed-size", "/md5", "/compressed-md5", "/is-compressed", "/info", "/nope")


def requests(world):
    for level in LEVELS:
        for index, identifier in enumerate(world.some(level, 3)):
            yield from of_metadata(world, f"/{level}/{identifier}/metadata", BODIES[index:index + 4])
            yield from of_attachments(f"/{level}/{identifier}/attachments")
    yield from of_files(world)
    yield from of_protection(world)


def of_metadata(world, metadata, bodies):
    for words in ("", "?expand"):
        yield Request("GET", metadata + words)
    for name in ("1024", "5000", "65535"):
        yield Request("GET", f"{metadata}/{name}")
        tag = None
        for body in bodies:
            theirs, ours = yield Request("PUT", f"{metadata}/{name}", body)
            theirs, ours = yield Request("GET", f"{metadata}/{name}")
            if "ETag" in ours.headers and ours.headers["ETag"] == theirs.headers["ETag"]:
                yield from with_revisions(f"{metadata}/{name}", ours.headers["ETag"], tag)
                tag = ours.headers["ETag"]
        yield Request("GET", metadata)
        yield Request("GET", metadata + "?expand")
        yield Request("DELETE", f"{metadata}/{name}")
        yield Request("DELETE", f"{metadata}/{name}")
        yield Request("GET", f"{metadata}/{name}")
    for name in ("LastUpdate", "IndexInSeries", "1", "1023", "65536", "-1", "nope", "a%20b", "Origin"):
        for method in ("PUT", "DELETE", "POST"):
            yield Request(method, f"{metadata}/{name}", None if method == "DELETE" else "x")


def with_revisions(target, now, before):
    for headers in ({"If-None-Match": now}, {"If-None-Match": '"0-x"'}, {"If-None-Match": "*"}, {"If-None-Match": now.strip('"')}):
        yield Request("GET", target, headers=headers)
    for tag in filter(None, (before, '"99-0"', "x", now)):
        yield Request("PUT", target, "changed", {"If-Match": tag})
    yield Request("GET", target)


def of_attachments(attachments):
    yield Request("GET", attachments + "?full")
    for name in ("1024", "4000"):
        yield Request("GET", f"{attachments}/{name}/data")
        for body in (b"attached \0 bytes", b"", b"other"):
            yield Request("PUT", f"{attachments}/{name}", body)
            for part in PARTS:
                yield Request("GET", f"{attachments}/{name}{part}")
        for action in ("compress", "compress", "verify-md5", "uncompress", "uncompress", "nope"):
            yield Request("POST", f"{attachments}/{name}/{action}", "")
            for part in ("/is-compressed", "/size", "/md5", "/data"):
                yield Request("GET", f"{attachments}/{name}{part}")
        yield Request("GET", attachments)
        yield Request("DELETE", f"{attachments}/{name}", headers={"If-Match": '"7-0"'})
        yield Request("DELETE", f"{attachments}/{name}")
        yield Request("DELETE", f"{attachments}/{name}")
    for name in ("dicom", "1", "1023", "nope", "65536"):
        yield Request("PUT", f"{attachments}/{name}", b"x")
        if not re.match("/instances", attachments):
            yield Request("DELETE", f"{attachments}/{name}")


def of_files(world):
    for identifier in world.some("instances", 10):
        for part in PARTS:
            yield Request("GET", f"/instances/{identifier}/attachments/dicom{part}")
        for action in ("verify-md5", "compress", "uncompress"):
            yield Request("POST", f"/instances/{identifier}/attachments/dicom/{action}", "")
            yield Request("GET", f"/instances/{identifier}/attachments/dicom/is-compressed")
        yield Request("GET", f"/instances/{identifier}/attachments/dicom/data", headers={"If-None-Match": '"x"'})


def of_protection(world):
    for identifier in world.some("patients", 3):
        for body in ("1", "0", "true", "x", "", "2", "1\n", "True", '"1"'):
            yield Request("PUT", f"/patients/{identifier}/protected", body)
            yield Request("GET", f"/patients/{identifier}/protected")
        yield Request("PUT", f"/patients/{identifier}/protected", "0")
