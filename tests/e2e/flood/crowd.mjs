/*
 * Many clients in one process, each with a connection of its own, all of which ask for the same: a program, so that
 * no process needs more open files than it may have. It says on stdout when all have asked, and, when all are
 * answered, a line of JSON for how often there was which answer.
 *
 *   node crowd.mjs <socket path> <how many> <request>
 */
import { connect } from "node:net";

const [path = "", count = "", request = ""] = process.argv.slice(2);
const answers = {};
let asked = 0;
let answered = 0;

for (let client = 0; client < Number(count); client += 1) ask();

function ask() {
  const socket = connect(path);
  let text = "";
  let hasAsked = false;
  socket.setEncoding("utf8");
  socket.on("connect", () => {
    socket.write(request);
    hasAsked = true;
    asked += 1;
    if (asked === Number(count)) console.log("asked");
  });
  socket.on("data", (data) => {
    text += data;
  });
  socket.on("error", (error) => {
    text += error.code;
  });
  socket.on("close", () => {
    // The queue of an agent that many come to at once is full for a moment.
    if (!hasAsked && text === "EAGAIN") return setTimeout(ask, 10 + 40 * Math.random());
    const [, status = "none"] = /^HTTP\/1.1 (\d+)/.exec(text) ?? [];
    const answer = `${status} ${text.slice(text.indexOf("\r\n\r\n") + 4)}`;
    answers[answer] = (answers[answer] ?? 0) + 1;
    answered += 1;
    if (answered === Number(count)) console.log(JSON.stringify(answers));
  });
}
