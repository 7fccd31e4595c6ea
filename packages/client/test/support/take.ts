/** What decoders give, as lists. */
import type { Bytes, Decoder } from '../../src/wire/lines.ts';

/** The records a piece completes. */
export function push<Record>(decoder: Decoder<Record>, piece: Bytes): Record[] {
  decoder.push(piece);
  return taken(decoder);
}

/** The records the end of the input completes. */
export function end<Record>(decoder: Decoder<Record>): Record[] {
  decoder.end();
  return taken(decoder);
}

/** The records of all pieces and the end. */
export function takeAll<Record>(decoder: Decoder<Record>, pieces: Iterable<Bytes>): Record[] {
  return [...pieces].flatMap((piece) => push(decoder, piece)).concat(end(decoder));
}

function taken<Record>(decoder: Decoder<Record>): Record[] {
  const records: Record[] = [];
  for (let record; (record = decoder.next()) !== undefined;) records.push(record);
  return records;
}
