/** Quotes the results of tools, for the last turn of a tool loop. */
import type { ToolResult } from './prompt.ts';
import { quoted } from './quoted.ts';

/** How many results are repeated. */
const most = 12;

/** `get_weather returned {"sky":"clear"} for {"city":"Oslo"}.` for each result. */
export function toldResults(results: readonly ToolResult[]): string {
  const told = results.slice(0, most).map(sentence);
  if (results.length > most) told.push(`There were ${results.length - most} more results.`);
  return told.join(' ');
}

function sentence({ name, input, content }: ToolResult): string {
  const asked = input === '' || input === '{}' ? '' : ` for ${oneLine(input)}`;
  return `${name} returned ${content.trim() === '' ? 'nothing' : oneLine(content)}${asked}.`;
}

/** The text as it is when it is short, so that tests can look for it. */
const oneLine = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? quoted(line, 200) : line;
};
