/** What tools gave back, said in words: the last turn of a tool loop. */
import type { ToolResult } from '../prompt.ts';
import { quoted, quotedLast, type Skill } from './skill.ts';

export const results: Skill = (prompt, random) => {
  const told = prompt.results.slice(0, 12).map((result) => sentence(result));
  if (told.length === 0) return undefined;
  const more =
    prompt.results.length > 12 ? ` There were ${prompt.results.length - 12} more results like these.` : '';
  const about = prompt.question
    ? random.pick([` That answers ${quotedLast(prompt.question, 60)}`, ' That is what you asked for.', ''])
    : '';
  return { text: `${told.join(' ')}${more}${about}`, key: keyOf(prompt.results) };
};

function keyOf(results: readonly ToolResult[]): string | undefined {
  const value = read(results.at(-1)?.content ?? '');
  if (typeof value !== 'object' || value === null) return said(value) || undefined;
  const simple = Object.values(value).find((entry) => typeof entry !== 'object');
  return simple === undefined ? undefined : said(simple);
}

function sentence({ name, input, content }: ToolResult): string {
  const value = read(content);
  const subject = `${spaced(name)}${argumentsIn(input)}`;
  if (content.trim() === '') return `${capital(subject)} came back without a word.`;
  if (typeof value !== 'object' || value === null)
    return `${capital(subject)} says ${said(value).replace(/[.\s]+$/, '')}.`;
  const error = (value as { error?: unknown }).error;
  if (error !== undefined && error !== null && error !== false)
    return `${capital(subject)} failed: ${said(error)}.`;
  return `${capital(subject)} says: ${told(news(value, read(input)))}.`;
}

/** A result without the arguments that many tools repeat in it; all of it when it is nothing but those. */
function news(value: object, asked: unknown): object {
  if (Array.isArray(value) || typeof asked !== 'object' || asked === null) return value;
  const repeated = new Map(Object.entries(asked));
  const fresh = Object.entries(value).filter(([key, entry]) => repeated.get(key) !== entry);
  return fresh.length > 0 ? Object.fromEntries(fresh) : value;
}

function read(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}

/** ` for Paris and celsius` of `{"city":"Paris","unit":"celsius"}`. */
function argumentsIn(input: string): string {
  const value = read(input);
  if (typeof value !== 'object' || value === null) return '';
  const simple = Object.values(value).filter(
    (entry) => ['string', 'number'].includes(typeof entry) && String(entry).length <= 40,
  );
  return simple.length > 0 ? ` for ${listed(simple.slice(0, 3).map(String))}` : '';
}

function told(value: object, depth = 0): string {
  if (Array.isArray(value)) {
    const items = value.slice(0, 5).map((item) => said(item, depth));
    const left = value.length - items.length;
    return value.length === 0 ? 'nothing' : listed(left > 0 ? [...items, `${left} more`] : items);
  }
  const entries = Object.entries(value).slice(0, 8);
  if (entries.length === 0) return 'nothing';
  return listed(entries.map(([key, entry]) => `${spaced(key)} is ${said(entry, depth)}`));
}

function said(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value.length > 200 ? quoted(value, 200) : value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object' || value === null) return value === null ? 'unknown' : String(value);
  return depth > 2 ? '…' : `(${told(value, depth + 1)})`;
}

export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** `the weather` of `get_weather` and `getWeather`; names without a leading verb stay as they are. */
export function spaced(name: string): string {
  const words = name
    .replace(/[_-]+/g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .trim();
  const stripped = words.replace(/^(get|fetch|look ?up|search|find|read|query|list|check) (?:the )?/, '');
  return stripped === words ? words : `the ${stripped}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
