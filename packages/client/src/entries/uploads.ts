export { toFile, toStreamingFile } from '../transport/uploads.ts';
export type {
  BlobLike,
  FileLike,
  ResponseLike,
  StreamingFile,
  StreamingFileInput,
  ToFileInput,
  Uploadable,
} from '../transport/uploads.ts';
