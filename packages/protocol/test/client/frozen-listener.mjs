// Listens on the socket path that is its argument, with room for one connection, and answers a ping.
import { createServer } from "node:http";

const [, , path, reply] = process.argv;
const server = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "application/json" }).end(reply);
});
server.listen({ path, backlog: 1 }, () => process.send("listening"));
