export { toFile, toStreamingFile } from '../http/uploads.ts';
export type {
  BlobLike,
  FileLike,
  ResponseLike,
  StreamingFile,
  StreamingFileInput,
  ToFileInput,
  Uploadable,
} from '../http/uploads.ts';
