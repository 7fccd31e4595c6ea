/** The shapes of the Responses and Realtime APIs that schema helpers make. Types only: this client calls neither API. */

/** `text.format` of a Responses request. */
export interface ResponseFormatTextJSONSchemaConfig {
  /** Letters, digits, underscores and dashes; at most 64 characters. */
  name: string;
  /** The JSON Schema itself. */
  schema: { [key: string]: unknown };
  /** Selects JSON that follows a schema. */
  type: 'json_schema';
  /** What the format is for; the model reads it. */
  description?: string;
  /** Whether the response is guaranteed to match; only the strict subset of JSON Schema is then allowed. */
  strict?: boolean | null;
}

/** A function tool of a Responses request; unlike a chat tool, it is flat. */
export interface ResponsesFunctionTool {
  /** Letters, digits, underscores and dashes; at most 64 characters. */
  name: string;
  /** JSON Schema of the arguments. */
  parameters: { [key: string]: unknown } | null;
  /** Whether arguments are guaranteed to match `parameters`. */
  strict: boolean | null;
  /** Marks a function. */
  type: 'function';
  /** Who may call it: the model directly, or a program the model writes. */
  allowed_callers?: Array<'direct' | 'programmatic'> | null;
  /** Whether the call may finish after the response. */
  async?: boolean;
  /** Whether the function stays out of the prompt until tool search finds it. */
  defer_loading?: boolean;
  /** What the function does: the model decides by this text when and how to call it. */
  description?: string | null;
  /** JSON Schema of what the function returns. */
  output_schema?: { [key: string]: unknown } | null;
}

/** A function tool of a Realtime session. */
export interface RealtimeFunctionTool {
  /** Name of the function. */
  name?: string;
  /** What the function does: the model decides by this text when and how to call it. */
  description?: string;
  /** JSON Schema of the arguments. */
  parameters?: unknown;
  /** Marks a function. */
  type?: 'function';
}
