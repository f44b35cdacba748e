"""Takes everything away again, from all levels, and looks at what is left."""
from differential.request import Request
from differential.routes import LEVELS
from differential.world import UNKNOWN


def requests(world):
    yield from one_after_the_other(world)
    several = world.some("studies", 2) + world.some("instances", 2) + [UNKNOWN, "x"]
    yield Request("POST", "/tools/bulk-delete", {"Resources": several})
    yield from what_is_left()
    for level in LEVELS[::-1]:
        for identifier in world.some(level, len(world.ids[level]) // 3):
            yield Request("DELETE", f"/{level}/{identifier}")
        yield from what_is_left()
    for identifier in world.ids["patients"]:
        yield Request("DELETE", f"/patients/{identifier}")
    yield from what_is_left()
    for log in ("/changes", "/exports"):
        yield Request("DELETE", log)
        yield Request("GET", log)


def one_after_the_other(world):
    """Instance, series, study of one patient: each names what remains above it."""
    series = world.parent("generated/complete-1", "ParentSeries")
    study = world.parent("generated/complete-1", "ParentStudy")
    for name in ("complete-1", "complete-2", "inconsistent-1", "inconsistent-9"):
        yield Request("DELETE", f"/instances/{world.instance('generated/' + name)}")
        yield Request("GET", f"/studies/{study}")
        yield Request("GET", "/changes?last")
    for _ in range(2):
        yield Request("DELETE", f"/series/{series}")
    for _ in range(2):
        yield Request("DELETE", f"/studies/{study}")
    for target in (f"/studies/{UNKNOWN}", "/patients/x", "/instances/", f"/series/{study}"):
        yield Request("DELETE", target)


def what_is_left():
    for target in ("/statistics", "/changes", "/changes?last") + tuple(f"/{level}" for level in LEVELS) + tuple(f"/{level}?expand" for level in LEVELS):
        yield Request("GET", target)
