"""The curl lines of README.md work as they stand.

Every line of a fenced block that begins with `curl` (or `$ curl`) is run in order. Only this is replaced:
the address http://127.0.0.1:8042 or http://localhost:8042; that of the DICOM node, by a storescp; the name after `/studies/` or `/jobs/` when it is a placeholder
(`<...>`, `{...}`, `$...` or upper-case), by the study or the job that the lines before it made; `<id>` by the study; a file after `@` that is not
there, by a sample file.
"""
import json
import os
import re
import subprocess
import tempfile
import unittest

import support

NODE = '"192.168.1.7", 104'
ADDRESS = re.compile(r"http://(?:127\.0\.0\.1|localhost):8042")
PLACEHOLDER = r"(?:<[^>]*>|\$?\{[^}]*\}|\$\w+|[A-Z][A-Z_]*)"
SAMPLE = support.PYDICOM_DATA / "test_files/CT_small.dcm"


def curl_lines(text):
    """The commands of all fenced blocks, continued lines joined."""
    for block in re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in re.sub(r"\\\n\s*", " ", block).splitlines():
            line = line.strip().removeprefix("$ ")
            if line.startswith("curl "):
                yield line


class ReadmeTest(support.RestTest):
    def run_line(self, line, folder):
        line = ADDRESS.sub(f"http://127.0.0.1:{self.server.port}", line)
        line = line.replace(NODE, f'"127.0.0.1", {self.node}').replace('"<id>"', f'"{self.study}"')
        line = re.sub(r"(/studies/)" + PLACEHOLDER, lambda m: m[1] + self.study, line)
        line = re.sub(r"(/instances/)" + PLACEHOLDER, lambda m: m[1] + self.instance, line)
        line = re.sub(r"(/jobs/)" + PLACEHOLDER, lambda m: m[1] + self.job, line)
        line = re.sub(r"@([^\s'\"]+)", lambda m: "@" + (m[1] if os.path.exists(os.path.join(folder, m[1])) else str(SAMPLE)), line)
        command = line.replace("curl ", "curl --silent --show-error --fail-with-body ", 1)
        done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 0, (line, done.stdout[:500], done.stderr))
        return done.stdout

    def remember(self, output):
        """What later placeholders stand for."""
        try:
            reply = json.loads(output)
        except ValueError:
            return
        if isinstance(reply, dict) and "ParentStudy" in reply:
            self.study = reply["ParentStudy"]
        elif isinstance(reply, dict) and reply.get("Path", "").startswith("/jobs/"):
            self.job = reply["ID"]
            self.server.wait_for_job(self.job)

    def test_the_curl_lines_of_the_readme_work(self):
        uploaded = self.server.upload(SAMPLE.read_bytes())
        self.study, self.instance = uploaded["ParentStudy"], uploaded["ID"]
        self.job = self.server.submit("/studies/" + self.study)
        self.server.wait_for_job(self.job)
        self.node = support.free_port()
        peer = subprocess.Popen(["storescp", "--ignore", str(self.node)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(peer.wait)
        self.addCleanup(peer.kill)
        lines = list(curl_lines((support.ROOT / "README.md").read_text()))
        self.assertGreaterEqual(len(lines), 4)
        with tempfile.TemporaryDirectory() as folder:
            for line in lines:
                with self.subTest(line=line):
                    self.remember(self.run_line(line, folder))
            for archive in os.scandir(folder):
                if archive.name.endswith(".zip"):
                    with open(archive, "rb") as file:
                        self.assertEqual(support.members(file.read()), [SAMPLE.read_bytes()])


if __name__ == "__main__":
    unittest.main()
