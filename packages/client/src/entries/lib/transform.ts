export {
  assertNoNestedSchemaIds,
  forEachJSONSchemaChild,
  hasOnlyRefAndAnnotations,
  normalizeObjectAllOfForExclusivity,
  resolveLocalRef,
  rewriteLocalRefsIntoMovedOneOfBranches,
  toStrictJsonSchema,
} from '../../structured/to-strict.ts';
export { strictMode } from '../../structured/strict-mode.ts';
export type { StrictMode } from '../../structured/strict-mode.ts';
export type { SchemaSize, SizeLimit } from '../../structured/size.ts';
