export { toFile, toStreamingFile } from '../transport/uploads.ts';
export type { StreamingFile, StreamingFileInput, ToFileInput, Uploadable } from '../transport/uploads.ts';
