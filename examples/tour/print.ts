// How the tour looks in a terminal: numbered steps, speakers in a column, text wrapped to the window.
import { APIError } from 'colloquy';

const color = process.stdout.isTTY && !process.env['NO_COLOR'];
const paint = (code: number) => (text: string) => (color ? `\u001B[${code}m${text}\u001B[0m` : text);
const bold = paint(1);
const dim = paint(2);
const green = paint(32);
const cyan = paint(36);
const yellow = paint(33);

const margin = 15;
const width = Math.min(process.stdout.columns ?? 80, 100);
let steps = 0;

// Whoever reads along may leave early: `npm start | head`.
process.stdout.on('error', () => process.exit());

export function line(text = ''): void {
  process.stdout.write(`${text}\n`);
}

export function heading(title: string, rows: Record<string, string>): void {
  line(bold(title));
  for (const [name, value] of Object.entries(rows)) line(`  ${dim(name.padEnd(10))}${value}`);
}

/**
 * Runs one step under its number, title and the call it makes. A server that lacks the endpoint (another one than ours)
 * is said so and passed over; any other failure ends the tour.
 */
export async function step<T>(title: string, call: string, body: () => Promise<T>): Promise<T | undefined> {
  steps += 1;
  line(`\n${bold(`${steps}. ${title}`)}\n   ${cyan(call)}`);
  try {
    return await body();
  } catch (error) {
    if (!process.env['OPENAI_BASE_URL'] || !(error instanceof APIError)) throw error;
    line(`   ${yellow('this server does not offer it:')} ${error.message}`);
    return undefined;
  }
}

/** One turn of the conversation, the speaker in the margin. */
export function say(speaker: string, text: string | null | undefined, paint = green): void {
  const out = streamed(speaker, paint);
  out.write(text ?? '(no text)');
  out.end();
}

/** Prints text as it arrives, wrapped at words, the speaker in the margin. */
export function streamed(speaker: string, paint = green): { write(text: string): void; end(): void } {
  process.stdout.write(`   ${paint(speaker.padEnd(margin - 3))}`);
  let column = margin;
  let word = '';
  const flush = (): void => {
    if (column + word.length > width && column > margin) {
      process.stdout.write(`\n${' '.repeat(margin)}`);
      column = margin;
      word = word.trimStart();
    }
    process.stdout.write(word);
    column += word.length;
    word = '';
  };
  return {
    write(text) {
      for (const character of text) {
        if (character === '\n') {
          flush();
          process.stdout.write(`\n${' '.repeat(margin)}`);
          column = margin;
        } else {
          if (character === ' ') flush();
          word += character;
        }
      }
    },
    end() {
      flush();
      line();
    },
  };
}

/**
 * A value that is still arriving, on one line. A terminal sees the line grow; elsewhere a line is printed whenever the
 * value has gained a good deal.
 */
export function growing(label: string): { show(value: unknown): void; end(value: unknown): void } {
  const room = width - margin;
  const start = `   ${green(label.padEnd(margin - 3))}`;
  let printed = 0;
  const fit = (value: unknown): string => {
    const text = JSON.stringify(value) ?? '';
    return text.length > room ? `…${text.slice(1 - room)}` : text;
  };
  return {
    show(value) {
      if (process.stdout.isTTY) process.stdout.write(`\r\u001B[K${start}${fit(value)}`);
      else if ((JSON.stringify(value) ?? '').length > printed + 40) {
        printed = JSON.stringify(value).length;
        line(start + fit(value));
      }
    },
    end(value) {
      if (process.stdout.isTTY) process.stdout.write('\r\u001B[K');
      say(label, JSON.stringify(value));
    },
  };
}

export function facts(rows: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(rows)) say(name, String(value), dim);
}
