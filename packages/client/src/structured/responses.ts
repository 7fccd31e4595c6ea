/** The shapes of the Responses and Realtime APIs that schema helpers make. Types only: this client calls neither API. */

/** `text.format` of a Responses request. */
export interface ResponseFormatTextJSONSchemaConfig {
  /** Letters, digits, underscores and dashes; at most 64 characters. */
  name: string;
  schema: { [key: string]: unknown };
  type: 'json_schema';
  /** What the format is for; the model reads it. */
  description?: string;
  /** Whether the answer is guaranteed to match; only the strict subset of JSON Schema is then allowed. */
  strict?: boolean | null;
}

/** A function tool of a Responses request; unlike a chat tool, it is flat. */
export interface ResponsesFunctionTool {
  name: string;
  parameters: { [key: string]: unknown } | null;
  strict: boolean | null;
  type: 'function';
  allowed_callers?: Array<'direct' | 'programmatic'> | null;
  async?: boolean;
  /** Whether the function stays out of the prompt until tool search finds it. */
  defer_loading?: boolean;
  description?: string | null;
  output_schema?: { [key: string]: unknown } | null;
}

/** A function tool of a Realtime session. */
export interface RealtimeFunctionTool {
  name?: string;
  description?: string;
  parameters?: unknown;
  type?: 'function';
}
