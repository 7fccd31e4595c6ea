/**
 * Values that can be uploaded, as callers of the original know them. No endpoint of this package takes files; these
 * stand alone, so a bundle that does not name them does not carry them.
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
  /** Address of the response: its last segment becomes the file name. */
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
  if (typeof File === 'undefined') {
    throw new Error('`File` is not defined as a global, which is required for file uploads.');
  }
  const given: any = await value;
  const title = name ?? nameOf(given) ?? 'unknown_file';
  const bag = { ...options };
  if (isBlob(given)) {
    bag.type ??= given.type;
    bag.lastModified ??= given.lastModified ?? Date.now();
    if (
      given instanceof File &&
      given.name === title &&
      given.type === bag.type &&
      given.lastModified === bag.lastModified
    ) {
      return given;
    }
  }
  const parts: BlobPart[] = [];
  await addParts(parts, typeof given?.blob === 'function' ? await given.blob() : given);
  const typed = parts.find((part) => isBlob(part) && part.type) as Blob | undefined;
  return new File(parts, title, { ...bag, type: bag.type ?? typed?.type ?? '' });
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

async function addParts(parts: BlobPart[], value: any): Promise<void> {
  if (typeof value === 'string' || ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    parts.push(value as BlobPart);
  } else if (isBlob(value)) {
    parts.push(value instanceof Blob ? value : new Blob([await value.arrayBuffer()], { type: value.type }));
  } else if (value && typeof value === 'object' && Symbol.asyncIterator in value) {
    for await (const part of value) await addParts(parts, part);
  } else {
    const constructor = value?.constructor?.name;
    const props =
      value && typeof value === 'object'
        ? `; props: ${JSON.stringify(Object.getOwnPropertyNames(value))}`
        : '';
    throw new Error(
      `Unexpected data type: ${typeof value}${constructor ? `; constructor: ${constructor}` : ''}${props}`,
    );
  }
}

function isBlob(value: any): value is FileLike & { arrayBuffer(): Promise<ArrayBuffer> } {
  return (
    value instanceof Blob || (typeof value?.size === 'number' && typeof value.arrayBuffer === 'function')
  );
}

function nameOf(value: any): string | undefined {
  if (isBlob(value) && value.name) return value.name;
  const place = value?.name || value?.filename || value?.path;
  if (place) return String(place).split(/[\\/]/).pop() || undefined;
  if (!value?.url) return undefined;
  const segment = String(value.url)
    .replace(/[?#].*$/s, '')
    .split(/[\\/]/)
    .pop()!;
  try {
    return decodeURIComponent(segment) || undefined;
  } catch {
    return segment;
  }
}
