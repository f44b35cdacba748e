"""The routes of Troupe, as its /openapi.json has them; `{path}` is the rest of a path."""
import re

METHODS = ("GET", "POST", "PUT", "DELETE")
LEVELS = ("patients", "studies", "series", "instances")


class Routes:
    def __init__(self, openapi):
        self.paths = openapi["paths"]
        # Those with fewer placeholders first: /jobs/statistics before /jobs/{id}.
        self.patterns = [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path).replace(r"\{path\}", ".+")) + "$"), path)
                         for path in sorted(self.paths, key=lambda path: (path.count("{"), path))]

    def methods(self, path):
        return [method.upper() for method in self.paths.get(path, {}) if method.upper() in METHODS]

    def flags(self, path):
        """The names after `?` that GET takes there."""
        return [parameter["name"] for parameter in self.paths[path].get("get", {}).get("parameters", ()) if parameter["in"] == "query"]

    def path_of(self, target):
        """The row that a target belongs to."""
        asked = re.sub("/+", "/", re.sub("%73", "s", target.partition("?")[0])).rstrip("/") or "/"
        for pattern, path in self.patterns:
            if pattern.match(asked):
                return path
        return "(none)"
