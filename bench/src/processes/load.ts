// Told a time in ms, it starts and completes units for so long, as fast as the server lets it, on each connection
// one after another, and says how many commands were answered in a second.
import { createInterface } from "node:readline";
import { BareConnection } from "../bare-connection.js";
import { isWholeResponse, post } from "../http.js";

const [path = "", count = "1"] = process.argv.slice(2);
const lanes = await Promise.all(
  Array.from({ length: Number(count) }, async (_, index) => {
    const question = (verb: string) => post(`/v1/units/load-${process.pid}-${index}/${verb}`);
    const connection = await BareConnection.open({ path }, isWholeResponse);
    return { connection, start: question("start"), complete: question("complete") };
  }),
);
for await (const line of createInterface({ input: process.stdin })) {
  console.log(await commandsPerSecond(Number(line)));
}
process.exit();

async function commandsPerSecond(ms: number): Promise<number> {
  let answers = 0;
  const begin = performance.now();
  const end = begin + ms;
  await Promise.all(
    lanes.map(
      ({ connection, start, complete }) =>
        new Promise<void>((resolve, reject) => {
          const take = (answer: string, isStarted: boolean) => {
            if (!answer.startsWith("HTTP/1.1 200")) return reject(new Error(answer));
            answers += 1;
            // Each unit is completed in the end: the next time it is started again.
            if (!isStarted && performance.now() > end) return resolve();
            connection.ask(isStarted ? complete : start, (next) => take(next, !isStarted));
          };
          connection.ask(start, (answer) => take(answer, true));
        }),
    ),
  );
  return (answers / (performance.now() - begin)) * 1_000;
}
