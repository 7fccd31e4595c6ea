/**
 * Markdown as elements. Nothing that a model wrote becomes HTML: tags are shown as text, links are cleaned by the library
 * and open elsewhere, and images of other hosts are loaded when the reader asks for them.
 */
import { compiler, sanitizer, type MarkdownToJSX } from 'markdown-to-jsx';
import type { ComponentChildren, JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { Code } from './code-block.tsx';
import { Picture } from './picture.tsx';

/** Longer texts are shown as they are: to parse them would stop the page. */
const maxLength = 100_000;

const options = {
  disableParsingRawHTML: true,
  forceBlock: true,
  wrapper: null,
  sanitizer: cleaned,
  overrides: { a: Link, img: Picture, pre: Fenced },
} as unknown as MarkdownToJSX.Options;

export function Markdown({ text }: { text: string }): JSX.Element {
  return useMemo(
    () =>
      text.length > maxLength ? (
        <p class="plain">{text}</p>
      ) : (
        <div class="markdown">{compiler(text, options) as unknown as JSX.Element}</div>
      ),
    [text],
  );
}

/** Addresses that the library lets pass, and of these only the ones that a browser opens or shows. */
function cleaned(url: string): string | null {
  const clean = sanitizer(url);
  return clean && /^(https?:\/\/|mailto:|data:image\/|#)/i.test(clean) ? clean : null;
}

function Link({ href, children }: { href?: string; children?: ComponentChildren }): JSX.Element {
  if (!href || !/^(https?|mailto):/i.test(href)) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
      {children}
    </a>
  );
}

function Fenced({
  children,
}: {
  children?: { props?: { children?: unknown; className?: string } };
}): JSX.Element {
  const { children: text, className: name = '' } = children?.props ?? {};
  return <Code text={textOf(text)} language={/lang(?:uage)?-(\S+)/.exec(name)?.[1] ?? ''} />;
}

function textOf(children: unknown): string {
  return Array.isArray(children) ? children.map(textOf).join('') : String(children ?? '');
}
