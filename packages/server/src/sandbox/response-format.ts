/** The schema in a `response_format`. */
import type { CompletionRequest } from '../models/model.ts';

/**
 * The schema that a format gives. For `json_object` it stands beside the type, as llama.cpp, Together and Fireworks
 * document it.
 */
export function schemaOf(
  format: NonNullable<CompletionRequest['response_format']>,
): Record<string, unknown> | undefined {
  const { schema }: { schema?: Record<string, unknown> | null } =
    format.type === 'json_schema' ? format.json_schema : (format as object);
  return schema ?? undefined;
}
