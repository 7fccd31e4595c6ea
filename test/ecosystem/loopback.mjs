// Loaded before each program: a connection to another host than this machine fails, and so does the program.
import { Socket } from 'node:net';

const loopback = new Set(['localhost', '127.0.0.1', '::1', undefined]);
const refused = new Set();
const { connect } = Socket.prototype;

Socket.prototype.connect = function (...args) {
  // `net.connect` passes its arguments in a list.
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  const host = typeof first === 'object' ? first.host : typeof second === 'string' ? second : undefined;
  if (loopback.has(host)) return connect.apply(this, args);
  refused.add(host);
  process.nextTick(() => this.destroy(new Error(`${host} is not this machine`)));
  return this;
};

process.on('exit', () => {
  if (refused.size === 0) return;
  console.error(`connected to ${[...refused].join(', ')}`);
  process.exitCode = 1;
});
