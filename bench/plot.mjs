// Draws the CPU of every contender as a multiple of the floor, on a logarithmic axis. `node bench/plot.mjs` draws it again
// from the last written results.
const rows = [
  ['stream', 'one event per network chunk', 'iterate, an event per network chunk'],
  ['stream', '16 KiB network chunks', 'iterate, 16 KiB network chunks'],
  ['stream', '64-byte network chunks', 'iterate, 64-byte network chunks'],
  ['helper', '10,000 chunks', 'stream() of 10,000 chunks'],
  ['helper', '100,000 chunks', 'stream() of 100,000 chunks'],
  ['structured', '40 KB', '40 KB structured, read on every delta'],
  ['arguments', '40 KB', '40 KB tool arguments, read on every delta'],
  ['request', 'in-memory fetch', 'request, in memory'],
  ['request', 'loopback', 'request, loopback'],
  ['tools', '160 turns', 'tool loop of 160 turns'],
];
const contenders = ['ai SDK', 'langchain', 'xsai', 'openai', 'colloquy'];

const width = 860;
const left = 300;
const right = 40;
const top = 84;
const step = 34;

export function plot(reports) {
  const lines = rows
    .map(([measure, where, label]) => {
      const report = reports.find(({ name }) => name === measure);
      const points = contenders
        .map((name) => ({
          name,
          value: report?.rows.find((row) => row.case === where && row.name === name)?.toFloor,
        }))
        .filter(({ value }) => Number.isFinite(value));
      return { label, points };
    })
    .filter(({ points }) => points.length > 0);
  const most = Math.max(10, ...lines.flatMap(({ points }) => points.map(({ value }) => value)));
  const least = Math.min(0.5, ...lines.flatMap(({ points }) => points.map(({ value }) => value)));
  const scale = (value) =>
    left +
    ((Math.log(value) - Math.log(least)) / (Math.log(most * 1.15) - Math.log(least))) *
      (width - left - right);
  const height = top + lines.length * step + 24;
  const ticks = [0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500].filter(
    (tick) => tick >= least && tick <= most * 1.15,
  );
  const parts = [];
  for (const tick of ticks) {
    const x = scale(tick).toFixed(1);
    parts.push(
      `<line class="${tick === 1 ? 'floor' : 'grid'}" x1="${x}" x2="${x}" y1="${top - 12}" y2="${height - 20}"/>`,
    );
    parts.push(
      `<text class="small" x="${x}" y="${top - 18}" text-anchor="middle">${tick === 1 ? 'floor' : `${tick}x`}</text>`,
    );
  }
  lines.forEach(({ label, points }, index) => {
    const y = top + index * step + step / 2;
    parts.push(`<text x="${left - 16}" y="${y + 4}" text-anchor="end">${label}</text>`);
    const xs = points.map(({ value }) => scale(value));
    parts.push(`<line class="range" x1="${Math.min(...xs)}" x2="${Math.max(...xs)}" y1="${y}" y2="${y}"/>`);
    for (const { name, value } of points)
      parts.push(
        `<circle class="${name.replace(' ', '-')}" cx="${scale(value).toFixed(1)}" cy="${y}" r="${name === 'colloquy' ? 7 : 5}"><title>${name}: ${value.toFixed(2)} x the floor</title></circle>`,
      );
  });
  const legend = [...contenders].reverse().map((name, index) => {
    const x = left + index * 104;
    return `<circle class="${name.replace(' ', '-')}" cx="${x}" cy="40" r="${name === 'colloquy' ? 7 : 5}"/><text x="${x + 12}" y="44">${name}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="CPU as a multiple of a hand-written floor">
<style>
  text { font: 13px system-ui, 'DejaVu Sans', sans-serif; fill: #1f2328; }
  .title { font-weight: 600; } .small { font-size: 11px; fill: #59636e; }
  .back { fill: #ffffff; } .grid { stroke: #d8dee4; } .floor { stroke: #59636e; stroke-dasharray: 4 3; } .range { stroke: #b6bfc8; }
  .colloquy { fill: #0b6bcb; } .openai { fill: #d1480a; } .xsai { fill: #2a8f4d; } .ai-SDK { fill: #8250df; } .langchain { fill: #9a6700; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .small { fill: #9ea7b3; } .back { fill: #0d1117; }
    .grid { stroke: #2f363d; } .floor { stroke: #9ea7b3; } .range { stroke: #4b535d; }
    .colloquy { fill: #58a6ff; } .openai { fill: #ff8f57; } .xsai { fill: #56d364; } .ai-SDK { fill: #bc8cff; } .langchain { fill: #e3b341; }
  }
</style>
<rect class="back" width="${width}" height="${height}" rx="6"/>
<text class="title" x="16" y="24">CPU as a multiple of a hand-written floor, on a logarithmic axis; further left is better</text>
${[...legend, ...parts].join('\n')}
</svg>
`;
}

// Not awaited: the writer imports this module, and would wait for it.
if (import.meta.filename === process.argv[1])
  void Promise.all([import('./lib/write.mjs'), import('./lib/names.mjs')]).then(([{ write }, { measures }]) =>
    write(measures),
  );
