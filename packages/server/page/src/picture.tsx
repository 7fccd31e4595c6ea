/** Pictures. One from another host is loaded only when the reader asks for it: its server would learn who reads. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

export function Picture({ src, alt }: { src?: string; alt?: string }): JSX.Element {
  const [isAsked, ask] = useState(false);
  if (!src || !/^(https?:\/\/|data:image\/)/i.test(src)) return <span class="note">[image {alt}]</span>;
  const isInside = src.startsWith('data:');
  if (isInside || isAsked) return <img class="picture" src={src} alt={alt || 'Image'} loading="lazy" />;
  return (
    <button type="button" class="picture-button" title={src} onClick={() => ask(true)}>
      Load image from {hostOf(src)}
      {alt && <small>{alt}</small>}
    </button>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'another host';
}
