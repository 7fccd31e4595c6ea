/** Numbers and times as people read them. */

const dayMs = 86_400_000;

/** The time of a row: the clock for today, the day before it otherwise. */
export function shortTime(created: number, now = Date.now()): string {
  const date = new Date(created * 1000);
  const clock = date.toLocaleTimeString('en-GB');
  if (date.toDateString() === new Date(now).toDateString()) return clock;
  const isThisYear = now - date.getTime() < 300 * dayMs;
  const day = date.toLocaleDateString('en-GB', isThisYear ? { day: '2-digit', month: 'short' } : undefined);
  return `${day} ${clock.slice(0, 5)}`;
}

/** The whole date and time, with the zone. */
export function longTime(created: number): string {
  return new Date(created * 1000).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'long' });
}

/** `840 ms`, `1.24 s`, `2 min 5 s`; a dash for what is not known. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
}

export function count(value: number | undefined): string {
  return value === undefined ? '–' : value.toLocaleString('en');
}

/** `3 completions`. */
export function several(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** The first words on one line; a copy, which does not keep the rest of a long text in memory. */
export function firstWords(text: string, length = 160): string {
  const words = text
    .slice(0, length * 3)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, length);
  return JSON.parse(JSON.stringify(words)) as string;
}
