"""/tools/bulk-content, /tools/reconstruct of single resources, ZIPs of resources."""
from differential.request import Request
from differential.routes import LEVELS
from differential.world import UNKNOWN

ABOVE_AND_BELOW = ("Patient", "Study", "Series", "Instance")


def requests(world):
    for _ in range(40):
        level = world.random.choice(LEVELS)
        body = {"Resources": world.some(level, world.random.randrange(0, 5))}
        if world.random.random() < 0.6:
            body["Level"] = world.random.choice(ABOVE_AND_BELOW)
        for field in ("Metadata", "Short", "Full"):
            if world.random.random() < 0.3:
                body[field] = world.random.random() < 0.8
        yield Request("POST", "/tools/bulk-content", body)
    known = world.ids["studies"][0]
    for body in ({"Resources": [known, UNKNOWN]}, {"Resources": [known, known]}, {"Resources": [known], "Level": "x"}, {"Resources": [known], "Metadata": "x"}, {"Resources": [known], "Level": 1}, {"Level": "Study"}):
        yield Request("POST", "/tools/bulk-content", body)
    for level in LEVELS:
        for identifier in world.some(level, 2) + [UNKNOWN]:
            for body in ("", "{}"):
                yield Request("POST", f"/{level}/{identifier}/reconstruct", body)
            yield Request("GET", f"/{level}/{identifier}")
    yield Request("POST", f"/instances/{world.instance('generated/empty-patient')}/reconstruct", "")
