/**
 * Wire shapes that more than one endpoint speaks: metadata, functions, response formats, reasoning, errors and the
 * model names. Field names are spelled as on the wire.
 */

/**
 * Labels kept with a stored completion, usable as a filter when listing.
 *
 * At most 16 pairs; keys up to 64 characters, values up to 512 characters.
 */
export type Metadata = { [key: string]: string };

/**
 * How much a reasoning model thinks before it responds. Less means a faster, cheaper response.
 *
 * Which levels exist, and which one is the default, depends on the model; `null` leaves the choice to the server.
 */
export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max' | null;

/** Which queue a request was, or is to be, served from. `null` and `'auto'` leave it to the project's settings. */
export type ServiceTier = 'auto' | 'default' | 'flex' | 'scale' | 'priority' | 'fast' | null;

/** How reasoning is configured where the Responses API is spoken; kept for code that shares types between the two. */
export interface Reasoning {
  /** Which earlier reasoning stays visible to the model. */
  context?: 'auto' | 'current_turn' | 'all_turns' | null;
  /** How much the model thinks before it responds. Levels and default depend on the model. */
  effort?: ReasoningEffort | null;
  /** @deprecated Use `summary`. */
  generate_summary?: 'auto' | 'concise' | 'detailed' | null;
  /**
   * How the model works on the request: `'pro'` spends more time and tokens than `'standard'`. Which modes exist
   * depends on the model.
   */
  mode?: (string & {}) | 'standard' | 'pro';
  /** How detailed a summary of the reasoning is wanted. */
  summary?: 'auto' | 'concise' | 'detailed' | null;
}

/** The JSON Schema of a function's arguments. Leaving it out declares a function without parameters. */
export type FunctionParameters = { [key: string]: unknown };

/** A function the model may ask to have called. */
export interface FunctionDefinition {
  /** Letters, digits, underscores and dashes; at most 64 characters. */
  name: string;
  /** What the function does: the model decides by this text when and how to call it. */
  description?: string;
  /** JSON Schema of the arguments. Left out, the function takes none. */
  parameters?: FunctionParameters;
  /**
   * Whether arguments are guaranteed to match `parameters`, which then has to stay within the strict subset of JSON
   * Schema. Default `false`: arguments are the model's best effort and may not even be valid JSON.
   */
  strict?: boolean | null;
}

/** Plain text, the default. */
export interface ResponseFormatText {
  /** Selects plain text. */
  type: 'text';
}

/**
 * Any valid JSON. The older of the two JSON modes: a message has to ask for JSON as well, or the model may produce
 * whitespace without end.
 */
export interface ResponseFormatJSONObject {
  /** Selects JSON of any shape. */
  type: 'json_object';
}

/** JSON that follows a schema. */
export interface ResponseFormatJSONSchema {
  /** The schema, with its name and whether it is enforced. */
  json_schema: ResponseFormatJSONSchema.JSONSchema;
  /** Selects JSON that follows a schema. */
  type: 'json_schema';
}

export declare namespace ResponseFormatJSONSchema {
  export interface JSONSchema {
    /** Letters, digits, underscores and dashes; at most 64 characters. */
    name: string;
    /** What the format is for; the model reads it. */
    description?: string;
    /** The JSON Schema itself. */
    schema?: { [key: string]: unknown };
    /** Whether the response is guaranteed to match; only the strict subset of JSON Schema is then allowed. Default `false`. */
    strict?: boolean | null;
  }
}

/** Text that follows a grammar. */
export interface ResponseFormatTextGrammar {
  /** The grammar's source. */
  grammar: string;
  /** Selects text that follows a grammar. */
  type: 'grammar';
}

/** Text that is a Python program. */
export interface ResponseFormatTextPython {
  /** Selects a Python program. */
  type: 'python';
}

/** What a custom tool takes: any text, or text that follows a grammar. */
export type CustomToolInputFormat = CustomToolInputFormat.Text | CustomToolInputFormat.Grammar;

export declare namespace CustomToolInputFormat {
  export interface Text {
    /** Accepts any text. */
    type: 'text';
  }

  export interface Grammar {
    /** The grammar's source, in the language named by `syntax`. */
    definition: string;
    /** Language of the grammar: Lark, or a regular expression. */
    syntax: 'lark' | 'regex';
    /** Accepts only text that follows the grammar. */
    type: 'grammar';
  }
}

/** The `error` member of a failed response's body. */
export interface ErrorObject {
  /** A stable name for the cause, such as `'model_not_found'`. */
  code: string | null;
  /** A sentence for people; its wording changes. */
  message: string;
  /** The request field at fault, such as `'messages[0].content'`. */
  param: string | null;
  /** The family of the error, such as `'invalid_request_error'`. */
  type: string;
  /** What a review of the model's behavior found, when that is why the request was refused. */
  misalignment?: ErrorObject.Misalignment;
}

export declare namespace ErrorObject {
  export interface Misalignment {
    /** What was found, in words for people. */
    detailed_explanation?: string;
    /** The kind of finding. */
    error_type?:
      | (string & {})
      | 'potentially_unintended_data_transfer'
      | 'potentially_unintended_data_access'
      | 'potentially_unintended_destructive_activity'
      | 'other';
    /** The part of the conversation the finding is about. */
    review_target?: string | null;
    /** How to lead the model back, when the review has a suggestion. */
    steer?: Misalignment.Steer;
  }

  export namespace Misalignment {
    /** A message which, sent with the next request, leads the model back. */
    export interface Steer {
      /** Text to send with the next request. */
      message: string;
    }
  }
}

/** Why a token exchange was refused. */
export type OAuthErrorCode = 'invalid_grant' | 'invalid_subject_token' | (string & {});

/** Compares one attribute with a value. */
export interface ComparisonFilter {
  /** The attribute's name. */
  key: string;
  /** The comparison: equal, not equal, greater, greater or equal, less, less or equal, one of, none of. */
  type: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte' | 'in' | 'nin';
  /** An array for `in` and `nin`, a single value for the others. */
  value: string | number | boolean | Array<string | number>;
}

/** Joins several filters; they may be compound themselves. */
export interface CompoundFilter {
  /** The filters to join, compound ones included. */
  filters: Array<ComparisonFilter | unknown>;
  /** `'and'`: all have to match. `'or'`: one is enough. */
  type: 'and' | 'or';
}

/** Names of models for chat completions. Servers add models at any time; any string is accepted as `model`. */
export type ChatModel =
  | 'gpt-6-astra'
  | 'gpt-6.2-astra'
  | 'gpt-6.1-sol'
  | 'gpt-6.2-sol'
  | 'gpt-6.1-terra'
  | 'gpt-6-sol'
  | 'gpt-6-luna'
  | 'gpt-5.6-sol'
  | 'gpt-5.6-terra'
  | 'gpt-5.6-luna'
  | 'gpt-5.5'
  | 'gpt-5.5-2026-04-23'
  | 'gpt-5.4'
  | 'gpt-5.4-mini'
  | 'gpt-5.4-nano'
  | 'gpt-5.4-mini-2026-03-17'
  | 'gpt-5.4-nano-2026-03-17'
  | 'gpt-5.3-chat-latest'
  | 'gpt-5.2'
  | 'gpt-5.2-2025-12-11'
  | 'gpt-5.2-chat-latest'
  | 'gpt-5.2-pro'
  | 'gpt-5.2-pro-2025-12-11'
  | 'gpt-5.1'
  | 'gpt-5.1-2025-11-13'
  | 'gpt-5.1-codex'
  | 'gpt-5.1-mini'
  | 'gpt-5.1-chat-latest'
  | 'gpt-5'
  | 'gpt-5-mini'
  | 'gpt-5-nano'
  | 'gpt-5-2025-08-07'
  | 'gpt-5-mini-2025-08-07'
  | 'gpt-5-nano-2025-08-07'
  | 'gpt-5-chat-latest'
  | 'gpt-4.1'
  | 'gpt-4.1-mini'
  | 'gpt-4.1-nano'
  | 'gpt-4.1-2025-04-14'
  | 'gpt-4.1-mini-2025-04-14'
  | 'gpt-4.1-nano-2025-04-14'
  | 'o4-mini'
  | 'o4-mini-2025-04-16'
  | 'o3'
  | 'o3-2025-04-16'
  | 'o3-mini'
  | 'o3-mini-2025-01-31'
  | 'o1'
  | 'o1-2024-12-17'
  | 'o1-preview'
  | 'o1-preview-2024-09-12'
  | 'o1-mini'
  | 'o1-mini-2024-09-12'
  | 'gpt-4o'
  | 'gpt-4o-2024-11-20'
  | 'gpt-4o-2024-08-06'
  | 'gpt-4o-2024-05-13'
  | 'gpt-audio-mini'
  | 'gpt-audio-mini-2025-12-15'
  | 'gpt-4o-audio-preview'
  | 'gpt-4o-audio-preview-2024-10-01'
  | 'gpt-4o-audio-preview-2024-12-17'
  | 'gpt-4o-audio-preview-2025-06-03'
  | 'gpt-4o-mini-audio-preview'
  | 'gpt-4o-mini-audio-preview-2024-12-17'
  | 'gpt-4o-search-preview'
  | 'gpt-4o-mini-search-preview'
  | 'gpt-4o-search-preview-2025-03-11'
  | 'gpt-4o-mini-search-preview-2025-03-11'
  | 'chatgpt-4o-latest'
  | 'codex-mini-latest'
  | 'gpt-4o-mini'
  | 'gpt-4o-mini-2024-07-18'
  | 'gpt-4-turbo'
  | 'gpt-4-turbo-2024-04-09'
  | 'gpt-4-0125-preview'
  | 'gpt-4-turbo-preview'
  | 'gpt-4-1106-preview'
  | 'gpt-4-vision-preview'
  | 'gpt-4'
  | 'gpt-4-0314'
  | 'gpt-4-0613'
  | 'gpt-4-32k'
  | 'gpt-4-32k-0314'
  | 'gpt-4-32k-0613'
  | 'gpt-3.5-turbo'
  | 'gpt-3.5-turbo-16k'
  | 'gpt-3.5-turbo-0301'
  | 'gpt-3.5-turbo-0613'
  | 'gpt-3.5-turbo-1106'
  | 'gpt-3.5-turbo-0125'
  | 'gpt-3.5-turbo-16k-0613';

/** Every model name known to the API, chat or not; any other string is accepted too. */
export type AllModels =
  | (string & {})
  | ChatModel
  | 'o1-pro'
  | 'o1-pro-2025-03-19'
  | 'o3-pro'
  | 'o3-pro-2025-06-10'
  | 'o3-deep-research'
  | 'o3-deep-research-2025-06-26'
  | 'o4-mini-deep-research'
  | 'o4-mini-deep-research-2025-06-26'
  | 'computer-use-preview'
  | 'computer-use-preview-2025-03-11'
  | 'gpt-5.5-pro'
  | 'gpt-5.5-pro-2026-04-23'
  | 'gpt-5-codex'
  | 'gpt-5-pro'
  | 'gpt-5-pro-2025-10-06'
  | 'gpt-5.1-codex-max'
  | 'gpt-daybreak-blue-latest'
  | 'gpt-daybreak-red-latest'
  | 'gpt-5.6-cyber'
  | 'gpt-6-cyber'
  | 'gpt-rosalind-research'
  | 'gpt-6-rosalind'
  | 'gpt-6.2-astra-law';

/** Model names of the Responses API; kept for code that shares types between the two. */
export type ResponsesModel = AllModels;
