"""Every route of /openapi.json: ids good, unknown and malformed, each flag and pairs of them, the methods it does not take."""
import re

from differential.request import Request
from differential.routes import LEVELS, METHODS
from differential.world import UNKNOWN

# They make jobs or change what is asked about: groups of their own ask them.
BY_THEMSELVES = ("/archive", "/media")

NAMES = {
    "metadata": ("LastUpdate", "7", "ReceptionDate", "IndexInSeries", "TransferSyntax", "SopClassUid", "Origin", "RemoteIP", "ExpectedNumberOfInstances",
                 "ModifiedFrom", "1024", "2000", "99999", "nope"),
    "attachments": ("dicom", "1", "dicom-as-json", "dicom-until-pixel-data", "3", "1024", "2000", "nope"),
}
FLAG_VALUES = {
    "since": ("0", "1", "-1", "x", ""), "limit": ("0", "1", "x"), "quality": ("1", "100", "0", "101", "x"), "ignore-length": ("PixelData", "0010-0010", "nope", ""),
    "window-center": ("100", "-3.5", "x"), "window-width": ("1", "200", "0", "x"), "width": ("5", "0", "x"), "height": ("7", "0", "x"), "smooth": ("0", "1", "x"),
    "level": ("patient", "Study", "series", "instance", "x"), "last": ("", "1"),
}
ORDINARY_VALUES = (None, "", "1")


def requests(world):
    for path in world.routes.paths:
        if path.endswith(BY_THEMSELVES) or world.is_elsewhere(path) or world.is_newer(path):
            continue
        targets = list(filled(world, path))
        if "GET" in world.routes.methods(path) and not world.is_newer(path, "GET"):
            yield from (Request("GET", target) for target in targets)
            yield from flagged(world, path, targets)
        for method in METHODS:
            if method not in world.routes.methods(path):
                yield Request(method, targets[0], "" if method in ("POST", "PUT") else None)


def filled(world, path):
    """The path with its placeholders replaced; the first ones exist."""
    level = path.split("/")[1]
    identifiers = identifiers_for(world, level) if level in LEVELS and "{id}" in path else ["0"]
    for index, identifier in enumerate(identifiers):
        target = path.replace("{id}", identifier)
        kind = target.split("/")[3] if target.count("/") > 2 else ""
        if "{name}" in target:
            names = NAMES.get(kind, ("0", "nope"))
            yield from (target.replace("{name}", name) for name in (names if index < 2 else names[:1]))
        elif "{frame}" in target:
            yield from (target.replace("{frame}", frame) for frame in (("0", "1", "99", "-1", "x") if index < 3 else ("0",)))
        else:
            yield re.sub(r"\{\w+\}", "0", target)


def identifiers_for(world, level):
    good = world.some(level, 4)
    other = world.some(LEVELS[(LEVELS.index(level) + 1) % 4], 1)
    return good + other + [UNKNOWN, "x", "%20", good[0].upper(), good[0] + "0", good[0][:-1], good[0].replace("-", "%2D"), good[0].replace("-", "")]


def flagged(world, path, targets):
    flags = [flag for flag in world.routes.flags(path) if (path, flag) not in world.newer_flags and ("*", flag) not in world.newer_flags]
    for flag in flags:
        for value in FLAG_VALUES.get(flag, ORDINARY_VALUES):
            yield Request("GET", f"{targets[0]}?{flag}" + ("" if value is None else f"={value}"))
    for _ in range(2 * len(flags) if len(flags) > 1 else 0):
        pair = world.random.sample(flags, 2)
        words = [f"{flag}={world.random.choice(FLAG_VALUES[flag])}" if flag in FLAG_VALUES else flag for flag in pair]
        yield Request("GET", f"{world.random.choice(targets[:3])}?{'&'.join(words)}")
