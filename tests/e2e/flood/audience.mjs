/*
 * Many readers of events in one process. It says on stdout when all have begun, and ends when all have seen the unit
 * `last` complete, with a line of JSON: how many saw which events, in which order.
 *
 *   node audience.mjs <socket path> <how many>
 */
import { createHash } from "node:crypto";
import { connect } from "node:net";

const [path = "", count = ""] = process.argv.slice(2);
const seen = {};
let begun = 0;
let ended = 0;

for (let reader = 0; reader < Number(count); reader += 1) read();

function read() {
  const socket = connect(path);
  const ids = [];
  let text = "";
  socket.setEncoding("utf8");
  socket.write("GET /v1/events HTTP/1.1\r\n\r\n");
  socket.on("data", (data) => {
    text += data;
    const frames = text.split("\n\n");
    text = frames.pop() ?? "";
    for (const frame of frames) take(frame);
  });

  function take(frame) {
    const [, id] = /^id: (.*)$/m.exec(frame) ?? [];
    if (frame.includes("event: snapshot")) {
      begun += 1;
      if (begun === Number(count)) console.log("begun");
      return;
    }
    ids.push(id);
    if (!/"type":"completed".*"unit_name":"last"/.test(frame)) return;
    socket.destroy();
    const what = `${ids.length} ${createHash("sha1").update(ids.join()).digest("hex")}`;
    seen[what] = (seen[what] ?? 0) + 1;
    ended += 1;
    if (ended === Number(count)) console.log(JSON.stringify(seen));
  }
}
