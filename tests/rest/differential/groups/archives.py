"""ZIPs of resources: whole ones, of several, and what is refused."""
from differential.request import Request
from differential.routes import LEVELS
from differential.world import UNKNOWN

BODIES = ("{}", '{"Asynchronous": false}', '{"Synchronous": true}', '{"Priority": 3}', "", "[]", "null", "1", "x", '{"Synchronous": 1}', '{"Synchronous": "x"}', '{"Priority": "x"}', '{"Asynchronous": "x"}',
          '{"Unknown": 1}')


def requests(world):
    for level in LEVELS[:3]:
        for identifier in world.some(level, 12) + [UNKNOWN, "x", world.some("instances", 1)[0]]:
            yield Request("GET", f"/{level}/{identifier}/archive")
        for identifier in world.some(level, 1) + [UNKNOWN]:
            yield from (Request("POST", f"/{level}/{identifier}/archive", body) for body in BODIES)
    several = world.some("studies", 2) + world.some("series", 1) + world.some("instances", 2)
    for resources in (several, several[:1], several + several, several + [UNKNOWN], ["x"], [], [1], world.some("patients", 1)):
        yield Request("POST", "/tools/create-archive", resources)
        yield Request("POST", "/tools/create-archive", {"Resources": resources})
    for body in ("{}", "x", '{"Resources": 1}', "null"):
        yield Request("POST", "/tools/create-archive", body)
