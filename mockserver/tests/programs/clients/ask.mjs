// URL…: asks each URL once by each client of Node's own, and prints what came as a line of JSON.
import * as dns from 'node:dns';
import { lookup } from 'node:dns/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { connect } from 'node:net';
import * as tls from 'node:tls';
import { promisify } from 'node:util';

const headers = { 'x-api-key': 'SG_0123456789abcdef' };
const modules = { 'http:': http, 'https:': https };

const ask = (url, options = {}) => new Promise((resolve, reject) => {
  modules[url.protocol]
    .get(url, { headers, ...options }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
    .on('error', reject);
});

const clients = {
  fetch: async (url) => (await fetch(url, { headers })).status,
  request: (url) => ask(url),
  'request with certificates of its own': (url) => ask(url, { ca: tls.rootCertificates[0] }),
  'request that is kept alive': (url) => {
    const agent = new modules[url.protocol].Agent({ keepAlive: true });
    return ask(url, { agent }).finally(() => agent.destroy());
  },
  'request to an address': async (url) => {
    const { address } = await lookup(url.hostname);
    return ask(url, { host: address, servername: url.hostname, headers: { ...headers, host: url.host } });
  },
  'lookup in a callback': async (url) => (await promisify(dns.lookup)(url.hostname)).family,
  'named import': (url) => new Promise((resolve, reject) => {
    const socket = connect(url.protocol === 'https:' ? 443 : 80, url.hostname);
    socket.on('connect', () => { socket.destroy(); resolve('connected'); }).on('error', reject);
  }),
};

for (const [name, client] of Object.entries(clients)) {
  for (const url of process.argv.slice(2)) {
    const answer = await client(new URL(url)).catch((error) => String(error.cause ?? error));
    console.log(JSON.stringify([name, url, answer]));
  }
}
