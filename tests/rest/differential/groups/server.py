"""What the server itself is told: levels of the log, reconstruction, and what it must not do for anybody."""
from differential.request import Request

CATEGORIES = ("", "-dicom", "-generic", "-http", "-jobs", "-lua", "-plugins", "-sqlite")
LEVELS = ("verbose", "trace", "default", "", "x", "Verbose", "verbose\n")


def requests(world):
    for category in CATEGORIES:
        for level in LEVELS + ("default",):
            yield Request("PUT", f"/tools/log-level{category}", level)
            yield Request("GET", f"/tools/log-level{category}")
    yield Request("POST", "/tools/execute-script", "print(1)")
    yield Request("POST", f"/instances/{world.ids['instances'][0]}/export", "/proc/none/file")
    for target in ("/tools/invalidate-tags", "/tools/reconstruct"):
        yield Request("POST", target, "")
    yield Request("GET", "/statistics")
