import type { Client } from "@sync/protocol/client";

/** Makes the journal of a new agent so long that the next command makes it shorter; returns how long that is. */
export async function makeLong(client: Client): Promise<number> {
  const reason = "x".repeat(4_000);
  const bytes = async () => (await client.ping()).journal?.bytes ?? 0;
  const longBytes = 4 * 1_048_576 + 2 * (await bytes());
  const units = Array.from({ length: 16 }, (_, number) => `long-${number}`);
  while ((await bytes()) < longBytes - 200_000) {
    await Promise.all(units.map((unit) => client.start(unit)));
    await Promise.all(units.map((unit) => client.fail(unit, { reason })));
  }
  for (let count = 0; (await bytes()) <= longBytes; count += 1) {
    await (count % 2 === 0 ? client.start("long-0") : client.fail("long-0", { reason }));
  }
  return longBytes;
}
