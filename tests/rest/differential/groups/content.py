"""Walks through the raw content of files: every tag, items of sequences, fragments of pixels, and paths that lead nowhere."""
from differential.request import Request

WRONG = ("nope", "0010-9999", "PatientID/0", "PatientID/0/PatientName", "0010", "-1", "0010-0010-0010", "%2e%2e", "PatientName/", "7fe0-0010/0", "7fe0-0010/x",
         "7fe0-0010/999", "ReferencedStudySequence/0", "ConceptNameCodeSequence/99", "ConceptNameCodeSequence/x", "ConceptNameCodeSequence/0/0/0", "0002-0010")


def requests(world):
    named = [world.instance(f"generated/{name}") for name in ("private", "nested", "nested-implicit", "binary", "binary-big-endian", "kanji", "behind-pixels", "blanks")]
    for identifier in named + world.some("instances", 60):
        yield from walk(world, f"/instances/{identifier}/content", 4)
    for identifier in world.some("instances", 8) + [world.instance("generated/nested")]:
        for path in WRONG + ("PatientName", "00100010", "0010,0010", "StudyInstanceUID"):
            yield Request("GET", f"/instances/{identifier}/content/{path}")


def walk(world, target, depth):
    _, ours = yield Request("GET", target)
    if not depth or ours.status != 200 or ours.headers.get_content_type() != "application/json":
        return
    names = ours.json()
    for name in world.random.sample(names, min(len(names), 12 if depth == 4 else 3)):
        yield from walk(world, f"{target}/{name}", depth - 1)
