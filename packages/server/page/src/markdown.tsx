/**
 * Markdown as elements. Nothing that a model wrote becomes HTML: tags are shown as text, only elements that are listed here
 * are made, and pictures of other hosts are loaded when the reader asks for them.
 */
import { h, type ComponentChild, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Code } from './code-block.tsx';
import type { Tree } from './elements.ts';
import { parsed } from './parsing.ts';
import { Picture } from './picture.tsx';

/** Longer texts are shown as they are. */
const maxLength = 100_000;
/** How long to wait for the parser before a text is shown as it is meanwhile, in milliseconds. */
const meanwhile = 60;

const tags = new Set(
  'p h1 h2 h3 h4 h5 h6 ul li blockquote strong em del mark code br hr table thead tbody tr th td sup'.split(
    ' ',
  ),
);

export function Markdown({ text }: { text: string }): JSX.Element {
  const [{ trees, isLate }, show] = useState<{ trees?: Tree[] | undefined; isLate: boolean }>({
    isLate: text.length > maxLength,
  });
  useEffect(() => {
    if (text.length > maxLength) return show({ isLate: true });
    let isGone = false;
    const timer = setTimeout(() => show({ isLate: true }), meanwhile);
    void parsed(text).then((trees) => {
      clearTimeout(timer);
      if (!isGone) show({ trees, isLate: true });
    });
    return () => {
      clearTimeout(timer);
      isGone = true;
    };
  }, [text]);
  if (trees)
    return (
      <div class="markdown" dir="auto">
        {trees.map(elementOf)}
      </div>
    );
  return (
    <p dir="auto" class={isLate ? 'plain' : 'plain hidden'}>
      {text}
    </p>
  );
}

function elementOf(tree: Tree): ComponentChild {
  if (typeof tree === 'string') return tree;
  const [tag, props, children] = tree;
  const text = (name: string): string => (typeof props[name] === 'string' ? props[name] : '');
  if (tag === 'pre') return <Code text={textOf(tree)} language={languageOf(children[0])} />;
  if (tag === 'img') return <Picture src={text('src')} alt={text('alt')} />;
  if (tag === 'input')
    return <input type="checkbox" checked={props['checked'] === true} disabled aria-label="Task" />;
  const inside = children.map(elementOf);
  if (tag === 'a' && /^(https?:|mailto:)/i.test(text('href'))) {
    const href = text('href');
    return (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
        {inside}
      </a>
    );
  }
  if (tag === 'ol') return <ol start={Number(props['start']) || 1}>{inside}</ol>;
  // A wide table scrolls.
  return h(tags.has(tag) ? tag : 'span', tag === 'table' ? { tabIndex: 0 } : null, inside);
}

function languageOf(code: Tree | undefined): string {
  const name = Array.isArray(code) ? code[1]['className'] : '';
  return typeof name === 'string' ? (/lang(?:uage)?-(\S+)/.exec(name)?.[1] ?? '') : '';
}

function textOf(tree: Tree): string {
  return typeof tree === 'string' ? tree : tree[2].map(textOf).join('');
}
