/** The elements of Markdown as plain data, which a worker can send. To the Markdown library this is React. */

/** A text, or an element with what it contains. */
export type Tree = string | [tag: string, props: Record<string, unknown>, children: Tree[]];

type Given = Tree | Given[] | number | boolean | null | undefined;

export function createElement(
  tag: string,
  props: Record<string, unknown> | null,
  ...children: Given[]
): Tree {
  return [tag, props ?? {}, children.flatMap(flat)];
}

/** An element differs from a list of trees in its second item: only an element has props there. */
export function flat(given: Given): Tree[] {
  if (isElement(given)) return [given];
  if (Array.isArray(given)) return given.flatMap(flat);
  return given == null || typeof given === 'boolean' ? [] : [String(given)];
}

function isElement(given: Given): given is Exclude<Tree, string> {
  return Array.isArray(given) && typeof given[0] === 'string' && given.length === 3 && isProps(given[1]);
}

function isProps(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
