/** Keys that work anywhere on the page, except where one types. */

export interface Commands {
  move: (by: number) => void;
  open: () => void;
  close: () => void;
  select: () => void;
  filter: () => void;
  live: () => void;
  help: () => void;
}

const commandOf: Record<string, (commands: Commands) => void> = {
  j: ({ move }) => move(1),
  k: ({ move }) => move(-1),
  ArrowDown: ({ move }) => move(1),
  ArrowUp: ({ move }) => move(-1),
  Home: ({ move }) => move(-Infinity),
  End: ({ move }) => move(Infinity),
  Enter: ({ open }) => open(),
  Escape: ({ close }) => close(),
  x: ({ select }) => select(),
  '/': ({ filter }) => filter(),
  l: ({ live }) => live(),
  '?': ({ help }) => help(),
};

/** What the help shows. */
export const keysHelp: [keys: string, does: string][] = [
  ['j k ↓ ↑', 'Next and previous completion'],
  ['Enter', 'Open'],
  ['Esc', 'Close, or clear the selection'],
  ['x', 'Select'],
  ['/', 'Filter'],
  ['l', 'Live updates on or off'],
  ['?', 'This help'],
];

export function onKey(event: KeyboardEvent, commands: Commands): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const target = event.target as HTMLElement;
  if (target.closest('dialog')) return;
  if (target.matches('input:not([type=checkbox]), textarea, select')) {
    if (event.key === 'Escape') target.blur();
    return;
  }
  // These have a meaning of their own where they are pressed.
  if (event.key === 'Enter' && target.matches('button, a, summary, input')) return;
  const command = Object.hasOwn(commandOf, event.key) ? commandOf[event.key] : undefined;
  if (!command) return;
  event.preventDefault();
  command(commands);
}
