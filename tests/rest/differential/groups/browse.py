"""The lists: paging, formats, children and parents, statistics."""
from differential.request import Request
from differential.routes import LEVELS

PAGES = ("since=0&limit=5", "since=3&limit=4", "limit=2&since=1", "since=0&limit=100000", "since=100000&limit=3", "since=0", "limit=5", "since=&limit=", "since=x&limit=1",
         "since=-1&limit=3", "since=0&limit=-2", "since=1.5&limit=2", "since=99999999999999999999&limit=1", "since=1&limit=2&since=3", "since=%31&limit=2", "since=+1&limit=2")
FORMATS = ("expand", "expand&short", "expand&full", "expand&simplify", "expand&short&full", "expand&simplify&short", "short", "expand=", "EXPAND", "a=b", "&&", "=")


def requests(world):
    for level in LEVELS:
        yield Request("GET", f"/{level}")
        for words in PAGES + FORMATS:
            yield Request("GET", f"/{level}?{words}")
        for _ in range(15):
            since, limit = world.random.randrange(0, 80), world.random.randrange(1, 40)
            yield Request("GET", f"/{level}?since={since}&limit={limit}&{world.random.choice(FORMATS)}")
        for identifier in world.ids[level]:
            yield Request("GET", f"/{level}/{identifier}?{world.random.choice(('simplify', 'short', 'full', 'x'))}")
    yield Request("GET", "/statistics")
    yield Request("GET", "/system")
    for target in ("/plugins", "/plugins/explorer.js", "/plugins/nope", "/tools", "/tools/now", "/tools/now-local", "/tools/dicom-conformance", "/tools/default-encoding"):
        yield Request("GET", target)
    for level in ("patient", "study", "series", "instance", "Patient", "x", ""):
        yield Request("GET", f"/tools/generate-uid?level={level}")
