import { readdirSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Counter, Gauge, Registry } from "prom-client";
import { openFilesAllowed } from "../limits.js";
import type { Context } from "../routes/context.js";

/** Writes down what is now. */
class Sheet {
  readonly registry = new Registry();

  gauge(name: string, help: string, value: number): void {
    new Gauge({ name, help, registers: [this.registry] }).set(value);
  }

  /** One value for each value of a label. */
  gauges(name: string, help: string, label: string, values: Record<string, number>): void {
    const gauge = new Gauge({ name, help, labelNames: [label], registers: [this.registry] });
    for (const [key, value] of Object.entries(values)) gauge.labels(key).set(value);
  }

  /** Of which there can only be more. */
  total(name: string, help: string, value: number): void {
    new Counter({ name, help, registers: [this.registry] }).inc(value);
  }
}

/**
 * What is now, read where it is known: nothing of it is kept up to date for those who ask.
 *
 * @remarks Cost: a look at each unit.
 */
export async function stateNow(context: Context): Promise<Registry> {
  const sheet = new Sheet();
  writeAgent(sheet, context);
  await writeProcess(sheet);
  return sheet.registry;
}

function writeAgent(sheet: Sheet, context: Context): void {
  const { coordinator, owners, connections, limits, journal, version, generation } = context;
  const { units } = coordinator;
  new Gauge({
    name: "sync_build_info",
    help: "Which agent this is, and what it knows; always 1",
    labelNames: ["version", "generation"],
    registers: [sheet.registry],
  })
    .labels(version, generation)
    .set(1);
  sheet.gauges("sync_units", "Units, and names that are only wanted", "status", units.countByStatus());
  sheet.gauge("sync_dependencies", "Dependencies of all units together", units.graph.edgeCount);
  sheet.gauge("sync_sequence", "The number of the newest event", coordinator.sequence);
  sheet.gauge("sync_waiters", "Calls that wait", coordinator.waiting);
  sheet.gauge("sync_event_readers", "Readers of the stream of events", coordinator.reading);
  sheet.gauges("sync_owners", "Those whose end would be noticed", "kind", owners.count);
  sheet.gauge("sync_connections", "Connections", connections.size);
  sheet.gauges("sync_limit", "How much there may be, in bytes or ms where it is no number", "limit", {
    ...limits,
  });
  if (journal === undefined) return;
  sheet.gauge("sync_journal_bytes", "The size of the journal", journal.bytes);
  sheet.gauge(
    "sync_journal_failing",
    "1 while the journal cannot be written and every command is refused",
    journal.failure === undefined ? 0 : 1,
  );
}

/** Has no timer, as the library's own metrics of a process have: who is asked now and then must not keep waking up. */
async function writeProcess(sheet: Sheet): Promise<void> {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  sheet.total("process_cpu_seconds_total", "CPU time, of the system's included", (user + system) / 1e6);
  sheet.gauge(
    "process_start_time_seconds",
    "When the process was started, in seconds since 1970",
    Date.now() / 1000 - process.uptime(),
  );
  sheet.gauge("process_resident_memory_bytes", "Memory in use", rss);
  sheet.gauge("nodejs_heap_size_used_bytes", "The part of it that holds objects", heapUsed);
  const files = openFiles();
  if (files !== undefined) sheet.gauge("process_open_fds", "Open files, connections included", files);
  const most = openFilesAllowed();
  if (most !== undefined) sheet.gauge("process_max_fds", "How many files may be open", most);
  sheet.total(
    "sync_event_loop_busy_seconds_total",
    "How long the event loop has had something to do",
    performance.eventLoopUtilization().active / 1000,
  );
  sheet.gauge(
    "sync_event_loop_delay_seconds",
    "How long one turn of the event loop took just now",
    await turn(),
  );
}

/** In seconds. */
async function turn(): Promise<number> {
  const begun = performance.now();
  await nextTurn();
  return (performance.now() - begun) / 1000;
}

/** Without the one that is open to read them. `undefined` where there is no /proc. */
function openFiles(): number | undefined {
  try {
    return readdirSync("/proc/self/fd").length - 1;
  } catch {
    return undefined;
  }
}
