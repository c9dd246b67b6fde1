import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Run } from "./interleave.js";
import { startAgent } from "./running-agent.js";
import type { TaskGraph } from "./task-graph.js";
import { timeProcess } from "./whole-process.js";

/** What every task does. */
export const noOp = ["sh", "-c", "true"] as const;

const command = noOp.join(" ");
const resolve = createRequire(import.meta.url).resolve;

/** `make` with as many jobs at a time as there can be. */
export function withMake(graph: TaskGraph, directory: string): Run {
  mkdirSync(directory);
  const rules = [...graph].map(([task, needed]) => `${task}: ${needed.join(" ")}\n\t@${command}\n`);
  const all = [...graph.keys()].join(" ");
  writeFileSync(join(directory, "Makefile"), `.PHONY: all ${all}\nall: ${all}\n${rules.join("")}`);
  return () => timeProcess("make", ["-j", "--silent"], { cwd: directory });
}

/** Scripts that all begin at once, one `syncctl run` each. The agent is there already, and has never heard of them. */
export function withSyncctl(graph: TaskGraph, directory: string, syncctl: readonly string[]): Run {
  const script = scriptOf(graph, directory, (task, needed) =>
    [...syncctl, "run", task, ...needed.flatMap((name) => ["--want", name]), "--", ...noOp].join(" "),
  );
  return async () => {
    await using agent = await startAgent();
    return timeProcess("sh", [script], { env: agent.env });
  };
}

/** Scripts that all begin at once, and look every second whether they may go on. */
export function withPolling(graph: TaskGraph, directory: string): Run {
  const done = join(directory, "done");
  const script = scriptOf(graph, directory, (task, needed) => {
    const tests = ["true", ...needed.map((name) => `[ -e ${done}/${name} ]`)].join(" && ");
    return `(until ${tests}; do sleep 1; done; ${command}; : >${done}/${task})`;
  });
  return () => {
    rmSync(done, { recursive: true, force: true });
    mkdirSync(done);
    return timeProcess("sh", [script]);
  };
}

/** wireit, which has nothing to go by that would spare it a task. */
export function withWireit(graph: TaskGraph, directory: string): Run {
  mkdirSync(join(directory, "node_modules", ".bin"), { recursive: true });
  const bin = join(dirname(resolve("wireit/package.json")), "bin", "wireit.js");
  symlinkSync(bin, join(directory, "node_modules", ".bin", "wireit"));
  const all = [...graph].map(([task, dependencies]) => [task, { command, dependencies }] as const);
  const manifest = {
    name: "tasks",
    private: true,
    scripts: Object.fromEntries(["all", ...graph.keys()].map((task) => [task, "wireit"])),
    wireit: { ...Object.fromEntries(all), all: { dependencies: [...graph.keys()] } },
  };
  writeFileSync(join(directory, "package.json"), JSON.stringify(manifest));
  const env = { ...process.env, WIREIT_CACHE: "none", WIREIT_LOGGER: "quiet" };
  return () => timeProcess("npm", ["run", "--silent", "all"], { cwd: directory, env });
}

/** turbo, told to run what it has run before. */
export function withTurbo(graph: TaskGraph, directory: string): Run {
  mkdirSync(directory);
  const bin = join(dirname(resolve("turbo/package.json")), "bin", "turbo");
  const scripts = Object.fromEntries([...graph.keys()].map((task) => [task, command]));
  const tasks = Object.fromEntries(
    [...graph].map(([task, dependsOn]) => [task, { dependsOn, cache: false }]),
  );
  const manifest = { name: "tasks", private: true, packageManager: "npm@10.8.2", scripts };
  writeFileSync(join(directory, "package.json"), JSON.stringify(manifest));
  writeFileSync(
    join(directory, "package-lock.json"),
    JSON.stringify({ lockfileVersion: 3, packages: { "": {} } }),
  );
  writeFileSync(join(directory, "turbo.json"), JSON.stringify({ tasks }));
  const options = ["--force", "--no-daemon", "--concurrency=200", "--output-logs=errors-only"];
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1" };
  return () => timeProcess(bin, ["run", ...graph.keys(), ...options], { cwd: directory, env });
}

/** A script that starts every task at once, and ends with the last of them: badly, when one of them did. */
function scriptOf(
  graph: TaskGraph,
  directory: string,
  lineOf: (task: string, needed: readonly string[]) => string,
): string {
  mkdirSync(directory);
  const lines = [...graph].map(([task, needed]) => `${lineOf(task, needed)} & all="$all $!"\n`);
  const script = join(directory, "all.sh");
  writeFileSync(script, `${lines.join("")}for one in $all; do wait "$one" || status=1; done\nexit $status\n`);
  return script;
}
