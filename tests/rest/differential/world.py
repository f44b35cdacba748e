"""What the groups know: the files, what the servers hold of them, and chance with a seed."""
import collections
import random
import re
import urllib.parse

from differential.request import Request
from differential.routes import LEVELS

OF_ANOTHER_LEVEL = "(of another level)"
UNKNOWN = "00000000-00000000-00000000-00000000-00000000"


class World:
    def __init__(self, files, routes, connection, seed):
        self.files, self.routes, self.connection = files, routes, connection
        self.seed, self.random = seed, None
        self.tags = {}  # instance -> its tags by keyword
        self.file_of = {}  # instance -> name of the file
        self.files_of = collections.defaultdict(list)  # resource -> names of the files
        self.ids = {level: [] for level in LEVELS}

    def draw_for(self, group):
        """Begins the chances of a group, which are the same whatever groups were asked before."""
        self.random = random.Random(f"{self.seed} {group}")

    def keep(self, name, reply):
        """Notes a file that both servers have taken in."""
        if reply["ID"] in self.file_of:
            return
        self.file_of[reply["ID"]] = name
        self.tags[reply["ID"]] = self.connection.ask(Request("GET", f"/instances/{reply['ID']}/simplified-tags")).json()
        for level, field in zip(LEVELS, ("ParentPatient", "ParentStudy", "ParentSeries", "ID")):
            self.files_of[reply[field]].append(name)
            if reply[field] not in self.ids[level]:
                self.ids[level].append(reply[field])

    def is_newer(self, path, method=None):
        """True if that route, or each of that path, is one that Debian's Orthanc does not have."""
        return all(f"{each} {path}" in self.newer_routes for each in ([method] if method else self.routes.methods(path)))

    def is_elsewhere(self, path):
        return all(self.elsewhere.match(f"{method} {path}") for method in self.routes.methods(path))

    def some(self, level, count):
        """That many ids of the level, drawn."""
        return self.random.sample(self.ids[level], min(count, len(self.ids[level])))

    def known_of(self, target):
        """What is known of the resources that a target names: their files, and whether one is asked for at a level that is not its own."""
        parts = re.split("[/?]", urllib.parse.unquote(target))
        files = self.files_below(part for part in parts if part in self.files_of)
        elsewhere = [OF_ANOTHER_LEVEL for level, identifier in zip(parts, parts[1:])
                     if level in LEVELS and identifier not in self.ids[level] and any(identifier in known for known in self.ids.values())]
        return files + elsewhere

    def found(self, theirs, ours):
        """The files of what only one of the servers has found; nothing where that is not what differs."""
        both = theirs + ours if isinstance(theirs, list) and isinstance(ours, list) else []
        return self.files_below(both) if all(isinstance(each, str) and each in self.files_of for each in both) else []

    def files_below(self, identifiers):
        """For each resource the names of its files."""
        return [" ".join(self.files_of[identifier]) for identifier in identifiers]

    def instance(self, name):
        """The id of the instance of a file."""
        return next(identifier for identifier, file in self.file_of.items() if file == name)

    def parent(self, name, field):
        """The id of what is above the instance of a file: field is ParentSeries, or as the server calls it."""
        level = {"ParentSeries": "series", "ParentStudy": "study", "ParentPatient": "patient"}[field]
        return self.connection.ask(Request("GET", f"/instances/{self.instance(name)}/{level}")).json()["ID"]

    def values(self, keyword):
        """The values of a tag in the files, and how often each occurs."""
        return collections.Counter(tags[keyword] for tags in self.tags.values() if isinstance(tags.get(keyword), str))
