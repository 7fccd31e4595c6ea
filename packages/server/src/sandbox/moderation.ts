/**
 * Moderation with a short list of patterns, for tests of programs that moderate. It finds only plain English words,
 * ignores images, and protects no one.
 */
import { invalidRequest } from '../http/errors.ts';
import {
  type Moderation,
  moderationCategories,
  type ModerationCategory,
  type ModerationItem,
  type ModerationRequest,
} from '../models/neighbours.ts';
import { inSlices, type Sliced } from '../slices.ts';
import { hashInSlices, randomFrom } from './random.ts';

/** Writing `flag:violence` anywhere in a text, or in the URL of an image, flags that category, so that each can be tried. */
const marker = /\bflag:([a-z/-]+)/g;

const groups = '(?:immigrants|foreigners|women|men|christians|jews|muslims|gays|lesbians|disabled people)';
const badly = '(?:vermin|inferior|subhuman|disgusting|filthy|animals)';
const someone = '(?:you|him|her|them|everyone|somebody|someone)';
const oneself = '(?:myself|yourself|oneself|himself|herself)';
const askedHow = String.raw`\b(?:how (?:do|can|could|would|to|should)|tell me how|help me|steps to|best way to|ways to)\b[^.?!]{0,60}?\b`;
const threat = String.raw`\b(?:I(?:'ll| will|'m going to| am going to|'m gonna)|we(?:'ll| will)) (?:kill|hurt|stab|shoot|beat|murder) `;

/** What is found in texts. Gaps are bounded, so that a long text takes time in proportion to its length. */
const patterns: Record<ModerationCategory, RegExp> = {
  harassment:
    /\byou(?:'re| are)? (?:an? |such an? )?(?:\w+ )?(?:idiot|moron|loser|stupid|pathetic|worthless|ugly)\b|\bnobody likes you\b/i,
  'harassment/threatening': new RegExp(`${threat}${someone}\\b`, 'i'),
  sexual:
    /\b(?:porn\w*|erotic\w*|hentai|have sex|having sex|sexually explicit|nude (?:photos?|pictures?))\b/i,
  hate: new RegExp(`\\b(?:I hate (?:all )?${groups}|${groups} are (?:all )?${badly})\\b`, 'i'),
  'hate/threatening': new RegExp(
    `(?:${threat}(?:all )?(?:the )?|\\b(?:kill|exterminate|deport|beat up) all (?:the )?)${groups}\\b`,
    'i',
  ),
  illicit: new RegExp(
    `${askedHow}(?:shoplift|steal|launder money|counterfeit|forge|pick a lock|hack into|evade taxes|cook meth|buy drugs)\\b`,
    'i',
  ),
  'illicit/violent': new RegExp(
    `${askedHow}(?:bombs?|explosives?|nerve agents?|ghost guns?|molotov cocktails?|poison (?:him|her|them|someone))\\b`,
    'i',
  ),
  'self-harm/intent': new RegExp(
    `\\bI (?:want|plan|am going|need|intend)(?: to)? (?:kill|hurt|harm|cut|end) (?:myself|it all|my life)\\b`,
    'i',
  ),
  'self-harm/instructions': new RegExp(`${askedHow}(?:kill|hurt|harm|cut) ${oneself}\\b`, 'i'),
  'self-harm': new RegExp(
    `\\b(?:suicid(?:e|al)|self-harm|(?:kill|hurt|harm|cut)(?:ting|ing)? ${oneself})\\b`,
    'i',
  ),
  'sexual/minors':
    /\b(?:child|minor|underage|schoolgirl|schoolboy)\w*\b[^.?!]{0,40}?\b(?:porn\w*|erotic\w*|sexual\w*|nudes?)\b/i,
  violence: new RegExp(
    `\\b(?:(?:kill|murder|stab|shoot|strangle|torture|attack)(?:ing|ed|s)? (?:${someone}|people)|beat ${someone} up)\\b`,
    'i',
  ),
  'violence/graphic':
    /\b(?:gore|dismember\w*|decapitat\w*|disembowel\w*|blood (?:everywhere|splatter\w*))\b/i,
};

const names = Object.keys(patterns) as ModerationCategory[];

export async function moderate(request: ModerationRequest, signal: AbortSignal): Promise<Moderation[]> {
  const { input, model } = request;
  const results: Moderation[] = [];
  for (const items of inputsOf(input)) {
    const image = items.findIndex(({ type }) => type === 'image_url');
    if (image >= 0 && /(?:^|\/)text-moderation/.test(model)) throw textOnly(model, image);
    results.push(await inSlices(resultOf(items)));
    signal.throwIfAborted();
  }
  return results;
}

/** The items of each result. */
function inputsOf(input: ModerationRequest['input']): ModerationItem[][] {
  const texts = typeof input === 'string' ? [input] : input;
  const isItems = (list: typeof texts): list is ModerationItem[] => typeof list[0] === 'object';
  return isItems(texts) ? [texts] : texts.map((text) => [{ type: 'text', text }]);
}

function textOnly(model: string, index: number): Error {
  const path = `input[${index}]`;
  const message = `Invalid '${path}': the model '${model}' takes no images. Use 'omni-moderation-latest'.`;
  return invalidRequest(path, message, 'unsupported_value');
}

function* resultOf(items: readonly ModerationItem[]): Sliced<Moderation> {
  const texts = items.flatMap((item) => (item.type === 'text' ? [item.text] : []));
  const urls = items.flatMap((item) => (item.type === 'image_url' ? [item.image_url.url] : []));
  const inTexts = new Set<string>();
  const inURLs = new Set<string>();
  for (const text of texts) yield* find(text, inTexts);
  for (const url of urls) yield* findMarkers(url, inURLs);
  const bits = yield* hashInSlices(
    [...texts, ...urls].map((text, index) => (index > 0 ? `\n${text}` : text)),
  );
  const scores = forEach((name) => {
    const isFound = inTexts.has(name) || (moderationCategories[name].images && inURLs.has(name));
    const random = randomFrom(name, bits).next();
    // What is not there has a score all the same, from a millionth to a thousandth, as that of a real model.
    return isFound ? 0.7 + 0.299 * random : 10 ** (-3 - 3 * random);
  });
  const categories = forEach((name) => scores[name] >= 0.5);
  return {
    flagged: names.some((name) => categories[name]),
    categories,
    category_scores: scores,
    category_applied_input_types: forEach((name) => [
      ...(texts.length > 0 ? (['text'] as const) : []),
      ...(urls.length > 0 && moderationCategories[name].images ? (['image'] as const) : []),
    ]),
  };
}

/** Adds to `found` the categories that a text belongs to. */
function* find(text: string, found: Set<string>): Sliced<void> {
  yield* findMarkers(text, found);
  for (const part of parts(text)) {
    const plain = part.replace(marker, ' ');
    for (const name of names) if (!found.has(name) && patterns[name].test(plain)) found.add(name);
    yield;
  }
}

function* findMarkers(text: string, found: Set<string>): Sliced<void> {
  for (const part of parts(text)) {
    for (const [, name = ''] of part.matchAll(marker)) found.add(name);
    yield;
  }
}

/** The text in overlapping parts, cut between words. Nothing that is looked for is longer than the overlap. */
function* parts(text: string): Generator<string> {
  let start = 0;
  while (text.length - start > 2 * partLength) {
    const end = start + partLength;
    yield text.slice(start, afterSpace(text, end));
    start = afterSpace(text, end - overlap);
  }
  yield text.slice(start);
}

const partLength = 20_000;
const overlap = 1000;

/** The place after the next space, if there is one soon. */
function afterSpace(text: string, from: number): number {
  const space = text.slice(from, from + overlap / 2).search(/\s/);
  return space < 0 ? from : from + space + 1;
}

function forEach<T>(valueOf: (name: ModerationCategory) => T): Record<ModerationCategory, T> {
  return Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<ModerationCategory, T>;
}
