// Many who wait. Told the name of a gate, each declares that it needs that, and waits for it; "held" says that all do.
// The next line says when the last was answered, by the clock that all processes of a machine share.
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@sync/protocol/client";
import { BareConnection } from "../bare-connection.js";
import { bodyOf, get, isWholeResponse, post } from "../http.js";

/** One who waits. `hold` resolves when the wait is under way, with what resolves when it is over. */
interface Waiter {
  hold(gate: string): Promise<{ readonly released: Promise<unknown> }>;
}

const [kind = "", where = "", count = "1", worker = "0"] = process.argv.slice(2);
const kinds: Readonly<Record<string, (unit: string) => Promise<Waiter>>> = {
  http,
  polling,
  client,
  redis,
  nats,
};
const open = kinds[kind] ?? http;
const waiters = await Promise.all(
  Array.from({ length: Number(count) }, (_, index) => open(`waiter-${worker}-${index}`)),
);

console.log("open");
for await (const gate of createInterface({ input: process.stdin })) {
  const held = await Promise.all(waiters.map((waiter) => waiter.hold(gate)));
  console.log("held");
  await Promise.all(held.map(({ released }) => released));
  console.log(String(process.hrtime.bigint()));
}
process.exit();

async function http(name: string): Promise<Waiter> {
  const connection = await BareConnection.open({ path: where }, isWholeResponse);
  return {
    hold: async (gate) => {
      const path = `/v1/units/${name}-${gate}`;
      bodyOf(await connection.question(post(`${path}/dependencies`, { dependencies: [{ unit: gate }] })));
      return { released: connection.question(post(`${path}/start`, { wait: true })).then(bodyOf) };
    },
  };
}

/** What the original does: to look every second, and to start when the time has come. */
async function polling(name: string): Promise<Waiter> {
  const connection = await BareConnection.open({ path: where }, isWholeResponse);
  const untilReady = async (path: string) => {
    // They have not all begun in the same instant.
    await sleep(Math.random() * 1_000);
    while (!bodyOf(await connection.question(get(path))).includes('"is_ready":true')) await sleep(1_000);
    bodyOf(await connection.question(post(`${path}/start`)));
  };
  return {
    hold: async (gate) => {
      const path = `/v1/units/${name}-${gate}`;
      bodyOf(await connection.question(post(`${path}/dependencies`, { dependencies: [{ unit: gate }] })));
      return { released: untilReady(path) };
    },
  };
}

let shared: ReturnType<typeof createClient> | undefined;

/** All of them are calls of one client. */
async function client(name: string): Promise<Waiter> {
  shared ??= createClient({ socketPaths: [where] });
  const calls = shared;
  return {
    hold: async (gate) => {
      const unit = `${name}-${gate}`;
      await calls.want(unit, [{ unit: gate }]);
      return { released: calls.start(unit, { wait: true }) };
    },
  };
}

async function redis(): Promise<Waiter> {
  const connection = await BareConnection.open({ path: where }, (text) => text.endsWith("\r\n"));
  return { hold: async (gate) => ({ released: connection.question(`BLPOP ${gate} 0\r\n`) }) };
}

async function nats(): Promise<Waiter> {
  const connection = await BareConnection.open({ port: Number(where) }, (text) =>
    // The server may have asked whether we are there in between.
    /^(?:PONG|MSG)/m.test(text),
  );
  await connection.question('CONNECT {"verbose":false}\r\nPING\r\n');
  return {
    hold: async (gate) => {
      await connection.question(`SUB ${gate} ${gate}\r\nPING\r\n`);
      return { released: connection.question("") };
    },
  };
}
