#!/usr/bin/env python3
"""Breaks the core of the jobs engine on purpose, one promise at a time, and fails when the simulation does not notice.

usage: mutants.py SOURCE_DIR BUILD_DIR NINJA
TROUPE_MUTANTS="3 17" tries those alone.
"""
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

LIVES = "4000"
TARGET = "tests/test_simulation"

# (promise that it breaks, file, text, what to put in its place); the text occurs once.
MUTANTS = [
    ("an accepted cancel is never lost", "schedule.cpp",
     "next(of.row.phase, outcome_of(of, how, at, delay))",
     "next(of.row.phase == job_phase::cancelling ? job_phase::running : of.row.phase, outcome_of(of, how, at, delay))"),
    ("a cancelled job says so after a restart", "schedule.cpp",
     "    if (row.phase == job_phase::cancelling)\n      of.row.code = error_code::canceled_job;\n", ""),
    ("a lane runs no more jobs than it may", "lane_book.cpp", "of.running >= of.limit", "of.running > of.limit"),
    ("a paused lane starts nothing", "lane_book.cpp", "  if (of.paused)\n    return hold::lane_paused;\n", ""),
    ("a lane that is out of reach starts nothing", "lane_book.cpp", "return hold::unreachable;", "return hold::nothing;"),
    ("one job is on trial at a time", "lane_book.cpp", "!(on_trial(number) && of.running == 0)", "!on_trial(number)"),
    ("a lane that is out of reach is looked at again", "lane_book.cpp",
     "at.steady + pause, false};\n  probes_.emplace(of.circuit->probe_at, number);\n", "at.steady + pause, false};\n"),
    ("a lane is reachable when one of its jobs has finished", "schedule.cpp",
     "if (how.event == job_event::finished || book_.on_trial(lane))", "if (book_.on_trial(lane))"),
    ("the report of an earlier attempt changes nothing", "schedule.cpp",
     "found->second.row.epoch != epoch || !is_live(found->second.row.phase))\n    return std::nullopt;",
     "!is_live(found->second.row.phase))\n    return std::nullopt;"),
    ("an epoch is used once, restarts or not", "schedule_order.cpp", "(epoch_number{boot_} << 32) | ++starts_", "++starts_"),
    ("retries are counted", "schedule.cpp", "  ++of.row.retries;\n", ""),
    ("a retry waits for its time", "schedule.cpp", "of.row.not_before = at.wall + delay", "of.row.not_before = at.wall - delay"),
    ("what is on disk may start", "schedule.cpp", "  found->second.on_disk = true;\n  enqueue(job, found->second, at);",
     "  found->second.on_disk = true;"),
    ("nothing runs before it is on disk", "schedule.cpp", "void schedule::add(job_row row) {\n  emplace(row);",
     "void schedule::add(job_row row) {\n  emplace(row).on_disk = true;\n  enqueue(row.sequence, entries_.at(row.sequence), {});"),
    ("a lane at its limit goes on when a job ends", "schedule.cpp", "  book_.job_stopped(lane);\n  review(lane);\n",
     "  book_.job_stopped(lane);\n"),
    ("first come, first served", "lanes.cpp", "place{*in.queues.at(lane).jobs.begin(),",
     "place{*in.queues.at(lane).jobs.rbegin(),"),
    ("lanes share by the work they are given", "lanes.cpp", "queue.given += std::max<std::uint64_t>(cost, 1);",
     "queue.given += 0 * cost;"),
    ("idleness earns no credit", "lanes.cpp", "  of.given = std::max(of.given, in.level);\n", ""),
    ("the highest band goes first", "lanes.cpp", "const auto band = *active_.begin();", "const auto band = *active_.rbegin();"),
    ("a parked attempt holds no slot", "schedule.cpp", "  leave_slot(job);\n  end_loan(job);\n  if (what->ended)",
     "  end_loan(job);\n  if (what->ended)"),
    ("a parked attempt that was sent away is not resumed", "schedule.cpp", "what.ended && drop_parked(of)",
     "what.ended && of.has_parked"),
    ("an attempt has a slot of its own", "schedule.cpp", "holding_.insert_or_assign(job, of.row.epoch).second",
     "holding_.emplace(job, of.row.epoch).second"),
    ("an attempt that did not reach its destination is not counted", "schedule.cpp", "    --of.row.attempts;", "    ;"),
    ("crashes in a row are counted", "schedule.cpp", "clean ? 0 : row.crashes + 1", "clean ? 0 : row.crashes"),
    ("who gave way comes again", "schedule.cpp", "  if (waits_in_lane(of.row.phase)) {\n    if (!of.on_disk)",
     "  if (of.row.phase == job_phase::pending) {\n    if (!of.on_disk)"),
    ("who gives way has had its slice", "schedule_order.cpp", "at.steady - of.live_since < limits_.slice", "false"),
    ("a higher priority does not wait for a long job", "schedule_order.cpp", "front->band > of.band ||", ""),
    ("one is asked to give way at a time", "schedule_order.cpp", "giving_way_ > 0 ||", ""),
    ("waiting jobs rise", "schedule_order.cpp", "    ++of.band;\n", ""),
    ("nothing starts before its time", "schedule_order.cpp", "timed_.begin()->first > at.wall", "false"),
    ("a resume does not start a job before its time", "schedule.cpp",
     "before == job_phase::paused && action == job_action::resume &&", "false &&"),
    ("one sleeps no longer than until the next job is due", "schedule_order.cpp",
     "  if (!timed_.empty())\n    consider(timed_.begin()->first - at.wall);\n", ""),
    ("a silent destination takes no further slot", "lane_book.cpp", "  if (of.silent > 0)\n", "  if (false)\n"),
    ("a destination that answers gets jobs again", "schedule.cpp",
     "    book_.answered(*loan.mapped());", "    ;"),
    ("ends that are on disk hold nobody back", "schedule.cpp", "  --unsettled_;\n", ""),
    ("nothing starts while too many ends are not on disk", "schedule_order.cpp",
     " || unsettled_ >= limits_.unsettled", ""),
    ("a lane is forgotten with its jobs", "schedule.cpp", "  book_.leave(lane);\n  review(lane);\n}", "  review(lane);\n}"),
    ("a job that waits for an unreachable destination in vain ends", "schedule_order.cpp",
     "      hopeless_.push_back(waiting.job);", "      (void)waiting;"),
]


def run(command, **how):
    return subprocess.run(command, capture_output=True, text=True, **how)


class Laboratory:
    def __init__(self, source, build, ninja):
        self.source, self.build = source, build
        self.place = build / "tests" / "mutants"
        self.place.mkdir(exist_ok=True)
        commands = json.loads((build / "compile_commands.json").read_text())
        self.compiles = {pathlib.Path(c["file"]).name: c for c in commands if "test_simulation.dir" in c["command"]}
        asked = run([ninja, "-C", str(build), "-t", "commands", TARGET], check=True)
        self.link = next(line for line in reversed(asked.stdout.splitlines()) if f" -o {TARGET} " in line)

    def compile(self, name, text, path):
        """The object of `name` with that text, compiled as the build compiles it but for less speed."""
        entry = self.compiles[name]
        path.mkdir(parents=True, exist_ok=True)
        copy, made = path / name, path / (name + ".o")
        copy.write_text(text)
        words = shlex.split(entry["command"].replace(" -O2 ", " -O1 ").replace(" -Werror ", " "))
        old = words[words.index("-o") + 1]
        words = [str(copy) if w == entry["file"] else str(made) if w == old else w for w in words]
        words = [w for i, w in enumerate(words) if w not in ("-MD", "-MT", "-MF") and words[i - 1] not in ("-MT", "-MF")]
        done = run(words + ["-w"], cwd=entry["directory"])
        if done.returncode != 0:
            raise SystemExit(f"does not compile: {copy}\n{done.stderr}")
        return old, made

    def survives(self, path, replaced):
        """True if the program with that object instead of its own passes; else what it says."""
        program = path / "test_simulation"
        link = self.link.replace(f" -o {TARGET} ", f" -o {program} ")
        for old, made in replaced:
            assert link.count(old) == 1, old
            link = link.replace(old, str(made))
        run(["sh", "-c", link], cwd=self.build, check=True)
        try:
            done = run([str(program), "--color_output=no"], env={**os.environ, "TROUPE_SIMULATED_LIVES": LIVES}, timeout=120)
        except subprocess.TimeoutExpired:
            return False, "it hangs"
        program.unlink()
        said = [line for line in (done.stdout + done.stderr).splitlines() if "error" in line] or ["it dies"]
        return done.returncode == 0, said[0].rsplit(": ", 2)[-1]

    def judge(self, number):
        promise, name, old, new = MUTANTS[number]
        text = (self.source / "core" / name).read_text()
        if text.count(old) != 1:
            return f"STALE     {promise}: the text occurs {text.count(old)} times in core/{name}: {old!r}"
        path = self.place / str(number)
        alive, said = self.survives(path, [self.compile(name, text.replace(old, new), path)])
        return f"{'SURVIVES ' if alive else 'found    '} {promise}" + ("" if alive else f" ({said})")

    def sound(self):
        name = "lanes.cpp"
        path = self.place / "sound"
        return self.survives(path, [self.compile(name, (self.source / "core" / name).read_text(), path)])


def main(source, build, ninja):
    laboratory = Laboratory(pathlib.Path(source).resolve(), pathlib.Path(build).resolve(), ninja)
    sound, said = laboratory.sound()
    if not sound:
        raise SystemExit(f"the sound program fails: {said}")
    only = [int(number) for number in os.environ.get("TROUPE_MUTANTS", "").split()] or range(len(MUTANTS))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = list(pool.map(laboratory.judge, only))
    print("\n".join(verdicts))
    bad = [v for v in verdicts if not v.startswith("found")]
    print(f"{len(verdicts)} mutants, {len(bad)} not found")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
