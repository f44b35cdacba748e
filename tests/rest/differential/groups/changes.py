"""/changes and /exports as they are after all uploads."""
from differential.request import Request


def requests(world):
    for target in ("/changes", "/exports"):
        for words in ("", "?limit=3", "?since=0&limit=5", "?since=10", "?since=10&limit=10", "?last", "?last=1", "?limit=0", "?since=x", "?limit=x", "?since=-5", "?limit=-1", "?since=99999999",
                      "?limit=100000", "?since=&limit=", "?since=5&last"):
            yield Request("GET", target + words)
    since = 0
    for _ in range(30):
        theirs, ours = yield Request("GET", f"/changes?since={since}&limit={world.random.randrange(1, 60)}")
        if theirs.json()["Done"] or ours.status != 200:
            break
        since = theirs.json()["Last"]
    for method in ("PUT", "POST"):
        yield Request(method, "/changes", "")
