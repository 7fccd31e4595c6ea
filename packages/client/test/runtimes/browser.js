// For a page, and for a worker of a page: the config is in the address, what is printed goes back to the host.
import { run } from './program.js';

const lines = [];
await run(JSON.parse(decodeURIComponent(location.hash.slice(1))), (line) => lines.push(line));
await fetch('/report', { method: 'POST', body: lines.join('\n') });
