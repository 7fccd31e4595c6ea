/** Parses Markdown beside the page: some texts take the parser minutes, and a worker can be stopped. */
import { compiler, sanitizer } from 'markdown-to-jsx';
import { flat, type Tree } from './elements.ts';

const parse = compiler as unknown as (text: string, options: object) => Parameters<typeof flat>[0];

/** Tags are text, and addresses are cleaned by the library. */
const options = { disableParsingRawHTML: true, forceBlock: true, wrapper: null, sanitizer };

/** Undefined for a text that is nested too deep, for one: the page shows it as it is. */
export default function treesOf(text: string): Tree[] | undefined {
  try {
    return flat(parse(text, options));
  } catch {
    return undefined;
  }
}

addEventListener('message', ({ data }: MessageEvent<string>) => postMessage(treesOf(data), {}));
