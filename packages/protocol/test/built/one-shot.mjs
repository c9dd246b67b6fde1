// Pings the agent at the socket path once, with the transport that is named, and does not close the client.
const [, , transport, socketPath] = process.argv;
const { Client, ...transports } = await import("../../dist/client/index.js");
const client = new Client(transports[transport]({ socketPaths: [socketPath] }));
console.log(JSON.stringify(await client.ping()));
