/**
 * Values that can be uploaded, as in the `openai` package. No endpoint of this package accepts files. A bundle contains
 * this file only if it uses a name from it.
 */

type FilePart = string | ArrayBuffer | ArrayBufferView | BlobLike;

/** A Blob of the platform, or one that only looks like it. */
export interface BlobLike {
  /** In bytes. */
  readonly size: number;
  /** Media type, such as `'image/png'`. */
  readonly type: string;
  text(): Promise<string>;
  slice(start?: number, end?: number): BlobLike;
}

export interface FileLike extends BlobLike {
  /** Unix time in milliseconds. */
  readonly lastModified: number;
  /** File name, extension included. */
  readonly name?: string | undefined;
}

export interface ResponseLike {
  /** The URL of the response. Its last segment becomes the file name. */
  url: string;
  blob(): Promise<BlobLike>;
}

/** Strings are left out so that a path is not taken for the content of the file. */
export type ToFileInput = FileLike | ResponseLike | Exclude<FilePart, string> | AsyncIterable<FilePart>;

/** By way of the class, because Node's types have no name for it. */
type FileOptions = NonNullable<ConstructorParameters<typeof File>[2]>;

type StreamPart = string | ArrayBuffer | ArrayBufferView | Blob;

export type StreamingFileInput = AsyncIterable<StreamPart> | ReadableStream<StreamPart>;

declare const streamingFile: unique symbol;

/** A named stream, unread; made by {@link toStreamingFile}. */
export interface StreamingFile {
  /** Marks a file that is sent as it is read. */
  readonly [streamingFile]?: true;
  /** The bytes, read once. */
  readonly data: StreamingFileInput;
  /** File name, extension included. */
  readonly name: string;
  /** MIME type; absent means `application/octet-stream`. */
  readonly type?: string | undefined;
}

export type Uploadable = File | Response | Blob | StreamingFileInput | StreamingFile;

/**
 * A File of the platform that holds all of `value`.
 *
 * A File is returned as it is unless its name, type or time is to change. Without `name` the name is that of the
 * value, of its path, or of the last segment of its URL, else `unknown_file`; the type is that of the first Blob in
 * it. Rejects with an Error that describes a value that holds no bytes.
 */
export async function toFile(
  value: ToFileInput | PromiseLike<ToFileInput>,
  name?: string | null | undefined,
  options?: FileOptions | undefined,
): Promise<File> {
  const given: any = await value;
  const title = name ?? nameOf(given) ?? 'unknown_file';
  const bag = { ...options };
  if (isBlob(given)) {
    bag.type ??= given.type;
    bag.lastModified ??= given.lastModified ?? Date.now();
    const sameAs = (file: File): boolean =>
      file.name === title && file.type === bag.type && file.lastModified === bag.lastModified;
    if (given instanceof File && sameAs(given)) return given;
  }
  const parts = await partsOf(typeof given?.blob === 'function' ? await given.blob() : given);
  bag.type ??= parts.find((part): part is Blob => isBlob(part) && part.type !== '')?.type ?? '';
  return new File(parts, title, bag);
}

/** `data` with a name, not read. Throws a TypeError for an empty name, or a control character in the type. */
export function toStreamingFile(
  data: StreamingFileInput,
  name: string,
  options?: Pick<FileOptions, 'type'>,
): StreamingFile {
  if (!name || typeof name !== 'string')
    throw new TypeError('toStreamingFile requires a non-empty file name');
  const type = options?.type;
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (type && /[\x00-\x1f\x7f]/.test(type)) {
    throw new TypeError('Streaming upload content type must not contain control characters');
  }
  return type ? { data, name, type } : { data, name };
}

async function partsOf(value: any): Promise<BlobPart[]> {
  if (typeof value === 'string' || ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return [value as BlobPart];
  if (value instanceof Blob) return [value];
  if (isBlob(value)) return [new Blob([await value.arrayBuffer()], { type: value.type })];
  if (!(Symbol.asyncIterator in Object(value))) throw noBytes(value);
  const parts: BlobPart[] = [];
  for await (const part of value) parts.push(...(await partsOf(part)));
  return parts;
}

/** In the words of the `openai` package. */
function noBytes(value: any): Error {
  const name = value?.constructor?.name;
  const props = Object.getOwnPropertyNames(Object(value)).map((prop) => `"${prop}"`);
  const known = Object(value) === value ? `; props: [${props.join(', ')}]` : '';
  return new Error(`Unexpected data type: ${typeof value}${name ? `; constructor: ${name}` : ''}${known}`);
}

function isBlob(value: any): value is FileLike & { arrayBuffer(): Promise<ArrayBuffer> } {
  return (
    value instanceof Blob || (typeof value?.size === 'number' && typeof value.arrayBuffer === 'function')
  );
}

function nameOf(value: any): string | undefined {
  if (isBlob(value) && value.name) return value.name;
  const place = value?.name || value?.filename || value?.path;
  if (place) return lastSegment(String(place));
  const segment = lastSegment(String(value?.url ?? '').replace(/[?#].*$/s, ''));
  try {
    return segment && decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

const lastSegment = (place: string): string | undefined => place.split(/[\\/]/).pop() || undefined;
