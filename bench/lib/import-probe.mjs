// Imports modules in a process of its own and prints what that took: milliseconds of wall and CPU, megabytes of RSS.
const { timed, loaded = [] } = JSON.parse(process.argv[2]);
for (const module of loaded) await import(module);
const rss = process.memoryUsage.rss();
const before = process.cpuUsage();
const started = performance.now();
for (const module of timed) await import(module);
const wall = performance.now() - started;
const { user, system } = process.cpuUsage(before);
console.log(
  JSON.stringify({ wall, cpu: (user + system) / 1000, rss: (process.memoryUsage.rss() - rss) / 1e6 }),
);
process.exit();
