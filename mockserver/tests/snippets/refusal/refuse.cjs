// Refuses this Node process, and tells in a file, whatever would leave the machine.
// Node loads it at its start, because NODE_OPTIONS requires it. In a network of its own, where
// `segmock exec` has its program, nothing can leave, and the vendor's hosts are the emulator.

const fs = require("node:fs");
const net = require("node:net");

const connect = net.Socket.prototype.connect;

const staysHere = (host) =>
  ["localhost", "::1", "::", "0.0.0.0"].includes(host) || /^127\./.test(host) || /\.localhost$/.test(host);

net.Socket.prototype.connect = function (...args) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  const options = first !== null && typeof first === "object" ? first : { port: first, host: args[1] };
  const host = options.path ? "localhost" : (options.host ?? "localhost");
  if (process.env.SEGMOCK_EXEC !== "namespace" && !staysHere(host)) {
    fs.appendFileSync(process.env.SNIPPET_LEAKS, `Node: ${host}\n`);
    throw new Error(`an example wants to reach ${host}, which is not this machine`);
  }
  return connect.apply(this, args);
};
