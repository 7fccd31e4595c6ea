/** Values that can be uploaded, as the original exports them. This package has no upload endpoint; the helpers stand alone. */

type BlobLikePart = string | ArrayBuffer | ArrayBufferView | Blob;

interface ResponseLike {
  url: string;
  blob(): Promise<Blob>;
}

export type ToFileInput = Blob | ResponseLike | ArrayBuffer | ArrayBufferView | AsyncIterable<BlobLikePart>;
export type StreamingFileInput = AsyncIterable<BlobLikePart> | ReadableStream<BlobLikePart>;

export interface StreamingFile {
  readonly data: StreamingFileInput;
  readonly name: string;
  readonly type?: string | undefined;
}

export type Uploadable =
  | File
  | Response
  | AsyncIterable<BlobLikePart>
  | Blob
  | ReadableStream<BlobLikePart>
  | StreamingFile;

/** A native File that holds all of `value`. */
export async function toFile(
  value: ToFileInput | PromiseLike<ToFileInput>,
  name?: string | null | undefined,
  options?: FilePropertyBag | undefined,
): Promise<File> {
  const given = await value;
  return new File([given as Blob], name ?? 'unknown_file', options);
}

/** `data` with a name, unread. */
export function toStreamingFile(
  data: StreamingFileInput,
  name: string,
  options?: Pick<FilePropertyBag, 'type'>,
): StreamingFile {
  return { data, name, type: options?.type };
}
