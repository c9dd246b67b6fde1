// What a server of `node:http` costs that knows nothing of units, and gives the same answers as an agent.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

const [path = ""] = process.argv.slice(2);
const generation = "00000000-0000-4000-8000-000000000000";
const held = new Set<() => void>();
let count = 0;

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  let text = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => {
    text += chunk;
  });
  request.on("end", () => answer(request, response, text === "" ? {} : JSON.parse(text)));
});
server.listen({ path, backlog: 65_535 }, () => console.log("listening"));

function answer({ url = "" }: IncomingMessage, response: ServerResponse, body: { wait?: boolean }): void {
  const [, , , unit = "", verb] = url.split("/");
  if (verb === "start" && body.wait === true) {
    held.add(() => send(response, unitDocument(unit, "started")));
    return;
  }
  if (verb === "complete") {
    for (const release of held) release();
    held.clear();
  }
  send(response, url === "/v1/ping" ? { generation, waiters: held.size } : unitDocument(unit, "completed"));
}

function send(response: ServerResponse, document: object): void {
  const text = JSON.stringify(document);
  count += 1;
  response.writeHead(200, {
    "sync-generation": generation,
    "x-request-id": `bare-${count}`,
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

function unitDocument(unit: string, status: string): object {
  return {
    unit_name: unit,
    status,
    is_ready: true,
    dependencies: [],
    readiness: "ready",
    since: new Date().toISOString(),
    reason: null,
    owner: null,
    starting: null,
    waiters: [],
    root_causes: [],
  };
}
