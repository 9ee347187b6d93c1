// Leads this process's connections to the vendor's hosts to the emulator, and refuses all others.
//
// Everything in Node that connects, `fetch` included, does it by `net.Socket`. A name of the
// vendor's that is looked up by itself is an address of this machine that nobody uses; a connection
// to it is led on as one to the name is. Every refusal is told to the proxy, which refuses too.
'use strict';

const dns = require('node:dns');
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');
const os = require('node:os');
const tls = require('node:tls');
const { domainToASCII } = require('node:url');
const { ca, names, ports, proxy, sentence, vendor } = require('./segmock_exec_settings.json');

const STAND_IN = '127.83.69.71';
const LOOPBACK = '127.0.0.1';
const NAMES_HERE = new Set(['', 'localhost', ...names]);

const connect = net.Socket.prototype.connect;

/** Return a host as resolvers are asked for it, in small letters, without brackets and a last dot. */
function nameOf(host) {
  const text = String(host ?? '');
  const name = /^[\0-\x7f]*$/.test(text) ? text : domainToASCII(text) || text;
  return name.replace(/^\[|\]$|\.$/g, '').toLowerCase();
}

const isVendor = (name) =>
  name === STAND_IN || name === vendor || name.endsWith(`.${vendor}`);

function listOwnAddresses() {
  return Object.values(os.networkInterfaces()).flat().map(({ address }) => address);
}

function isAddressHere(address) {
  const bare = address.split('%')[0];
  return /^127(\.\d+){1,3}$|^0\.0\.0\.0$|^::1?$|^::ffff:127\./.test(bare) || listOwnAddresses().includes(bare);
}

function isHere(name) {
  return NAMES_HERE.has(name) || name.endsWith('.localhost') || isAddressHere(name);
}

/** Tell `segmock exec` of a host that is refused, and go on once it has said so. */
function tell(shown, goOn) {
  const telling = new net.Socket();
  telling.on('error', () => {}).on('close', goOn).resume();
  telling.on('end', () => telling.destroy());
  connect.call(telling, proxy, LOOPBACK);
  telling.end(`CONNECT ${shown} HTTP/1.1\r\nSegmock-Seen: a connection in Node\r\n\r\n`);
}

function makeRefusal(host, port) {
  const shown = (net.isIPv6(host) ? `[${host}]` : host) + (port ? `:${port}` : '');
  const error = new Error(sentence.replace('%s', shown));
  return { shown, error: Object.assign(error, { code: 'ECONNREFUSED', address: host, port }) };
}

function refuse(socket, host, port) {
  const { shown, error } = makeRefusal(host, port);
  socket.connecting = true;
  tell(shown, () => socket.destroy(error));
  return socket;
}

net.Socket.prototype.connect = function connectHere(...given) {
  const [options, listener] = Array.isArray(given[0]) ? given[0] : net._normalizeArgs(given);
  if (options.path) return connect.apply(this, given);
  const name = nameOf(options.host);
  const port = Number(options.port);
  if (!isVendor(name)) return isHere(name) ? connect.apply(this, given) : refuse(this, name, port);
  if (!ports[port]) return refuse(this, name === STAND_IN ? vendor : name, port);
  const { lookup, localAddress, family, ...kept } = options;
  return connect.call(this, { ...kept, host: LOOPBACK, port: ports[port] }, listener);
};

/** Look names up as before, but for those that a name server would be asked for. */
function lookUpHere(host, lookUp, fail) {
  const name = nameOf(host);
  if (isVendor(name)) return lookUp(STAND_IN);
  if (isHere(name) || net.isIP(name)) return lookUp(host);
  const { shown, error } = makeRefusal(name);
  return new Promise((goOn) => {
    tell(shown, () => goOn(fail(Object.assign(error, { code: 'ENOTFOUND', hostname: name }))));
  });
}

const { lookup } = dns;
dns.lookup = function lookupHere(host, ...rest) {
  const callback = rest.at(-1);
  lookUpHere(host, (name) => lookup(name, ...rest), (error) => callback(error));
};
for (const symbol of Object.getOwnPropertySymbols(lookup)) dns.lookup[symbol] = lookup[symbol];
const promisedLookup = dns.promises.lookup;
dns.promises.lookup = async function lookupHere(host, ...rest) {
  return lookUpHere(host, (name) => promisedLookup(name, ...rest), (error) => Promise.reject(error));
};

// A program's own certificates stand in place of those that the environment names.
const { createSecureContext } = tls;
const certificate = fs.readFileSync(ca);
tls.createSecureContext = function createSecureContextHere(options) {
  return createSecureContext(options?.ca ? { ...options, ca: [certificate].concat(options.ca) } : options);
};

// Node 22 warns of what reads the variables for proxies, which the program did not ask for.
const { emit } = process;
process.emit = function emitHere(event, ...given) {
  const isOurs = event === 'warning' && given[0]?.code === 'UNDICI-EHPA';
  return isOurs ? false : emit.call(this, event, ...given);
};

syncBuiltinESMExports();

module.exports = { isVendor: (host) => isVendor(nameOf(host)) };
