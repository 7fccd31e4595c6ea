/** Vectors of numbers, packed into text. */

/** Characters of the URL-safe alphabet, and those of the common one that they stand for. */
const common: Record<string, string> = { '-': '+', _: '/' };

/**
 * The numbers in the base64 of little-endian 32-bit floats; undefined for anything else. Either alphabet may be used, and
 * padding may be missing.
 */
export function decodeFloats(text: unknown): number[] | undefined {
  if (typeof text !== 'string') return undefined;
  let packed;
  try {
    packed = atob(text.replace(/[-_]/g, (character) => common[character]!));
  } catch {
    return undefined;
  }
  if (packed.length % 4) return undefined;
  const bytes = Uint8Array.from(packed, (character) => character.charCodeAt(0));
  return Array.from(new Float32Array(bytes.buffer));
}
