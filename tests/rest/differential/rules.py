"""How an intended difference is written down. `route` is a shell pattern over "GET /studies/{id}", `field` one over "status",
"header.ETag", "body.MainDicomTags.StudyDate"; `check(theirs, ours)` and `target` narrow it: a regular expression over the target, the names of
the files of the instances in it, the headers and the body. `files` is one that each resource found by one server only must match with the names of its files."""
import collections
import fnmatch
import re

Difference = collections.namedtuple("Difference", "route field reason check target files", defaults=[lambda theirs, ours: True, "", ""])
Finding = collections.namedtuple("Finding", "group route request files field theirs ours")


def written(finding):
    """What `target` of a rule is held against."""
    request = finding.request
    headers = [f"{name}: {value}" for name, value in request.headers.items()]
    return " ".join(str(part) for part in (request.target, *finding.files, *headers, request.file or request.payload()) if part)


def excuses(rule, finding):
    return (fnmatch.fnmatchcase(finding.route, rule.route) and fnmatch.fnmatchcase(finding.field, rule.field)
            and (not rule.target or re.search(rule.target, written(finding)))
            and (not rule.files or finding.files and all(re.search(rule.files, names) for names in finding.files))
            and rule.check(finding.theirs, finding.ours))


def judged(findings, rules):
    """The findings that no rule excuses, and the rules that excuse none."""
    unused, unexpected = set(rules), []
    for finding in findings:
        matching = [rule for rule in rules if excuses(rule, finding)]
        unused -= set(matching)
        if not matching:
            unexpected.append(finding)
    return unexpected, [rule for rule in rules if rule in unused]


def report(unexpected, port, examples=3):
    """The findings as text: for each route and field a count and some of them, with the line that repeats them."""
    families = collections.defaultdict(list)
    for finding in unexpected:
        families[finding.group, finding.route, re.sub(r"\.\d+\b", ".#", finding.field)].append(finding)
    lines = []
    for (group, route, field), members in sorted(families.items(), key=lambda family: -len(family[1])):
        lines.append(f"[{group}] {route} {field}: {len(members)}")
        for finding in members[:examples]:
            lines += [f"    {finding.field}", f"      Orthanc: {str(finding.theirs)[:300]!r}", f"      Troupe:  {str(finding.ours)[:300]!r}"]
            lines.append(f"      {finding.request.curl(port)[:400]}  {' '.join(finding.files)[:200]}")
    return "\n".join(lines)
