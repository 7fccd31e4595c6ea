/** Messages as they are sent: six roles, and the parts a content may consist of. */
import type { ChatCompletionMessageToolCall } from './tools.ts';

/** One message of the conversation so far. */
export type ChatCompletionMessageParam =
  | ChatCompletionDeveloperMessageParam
  | ChatCompletionSystemMessageParam
  | ChatCompletionUserMessageParam
  | ChatCompletionAssistantMessageParam
  | ChatCompletionToolMessageParam
  | ChatCompletionFunctionMessageParam;

/** Who a message is from. */
export type ChatCompletionRole = 'developer' | 'system' | 'user' | 'assistant' | 'tool' | 'function';

/** Instructions that stand above what users say. Takes the place of `system` from the o1 models on. */
export interface ChatCompletionDeveloperMessageParam {
  content: string | Array<ChatCompletionContentPartText>;
  role: 'developer';
  /** Tells participants of the same role apart. */
  name?: string;
}

/** Instructions that stand above what users say. */
export interface ChatCompletionSystemMessageParam {
  content: string | Array<ChatCompletionContentPartText>;
  role: 'system';
  /** Tells participants of the same role apart. */
  name?: string;
}

/** What a user says, shows or attaches. */
export interface ChatCompletionUserMessageParam {
  content: string | Array<ChatCompletionContentPart>;
  role: 'user';
  /** Tells participants of the same role apart. */
  name?: string;
}

/** An earlier answer of the model. A `ChatCompletionMessage` can be sent back as it came. */
export interface ChatCompletionAssistantMessageParam {
  role: 'assistant';
  /** Refers to earlier speech of the model. */
  audio?: ChatCompletionAssistantMessageParam.Audio | null;
  /** Required unless there are tool calls. */
  content?: string | Array<ChatCompletionContentPartText | ChatCompletionContentPartRefusal> | null;
  /** @deprecated Replaced by `tool_calls`. */
  function_call?: ChatCompletionAssistantMessageParam.FunctionCall | null;
  /** Tells participants of the same role apart. */
  name?: string;
  refusal?: string | null;
  /** Each has to be answered by a tool message right after this one. */
  tool_calls?: Array<ChatCompletionMessageToolCall>;
}

export declare namespace ChatCompletionAssistantMessageParam {
  export interface Audio {
    /** `audio.id` of the answer; valid until its `expires_at`. */
    id: string;
  }

  /** @deprecated Replaced by `tool_calls`. */
  export interface FunctionCall {
    arguments: string;
    name: string;
  }
}

/** The result of one tool call. */
export interface ChatCompletionToolMessageParam {
  content: string | Array<ChatCompletionContentPartText>;
  role: 'tool';
  /** `id` of the call this answers. */
  tool_call_id: string;
}

/** @deprecated Replaced by tool messages. */
export interface ChatCompletionFunctionMessageParam {
  content: string | null;
  /** The function that was called. */
  name: string;
  role: 'function';
}

/** A part of a user's message. What a model accepts besides text depends on the model. */
export type ChatCompletionContentPart =
  | ChatCompletionContentPartText
  | ChatCompletionContentPartImage
  | ChatCompletionContentPartInputAudio
  | ChatCompletionContentPart.File;

/** Asks that the prompt be cached up to and including the part that carries it. */
interface PromptCacheBreakpoint {
  mode: 'explicit';
  /** How long at least the cached prefix lives. Default `'30m'`. */
  ttl?: '30m' | '12h';
}

export declare namespace ChatCompletionContentPart {
  /** A document, inline or uploaded before. */
  export interface File {
    file: File.File;
    type: 'file';
    prompt_cache_breakpoint?: File.PromptCacheBreakpoint;
  }

  export namespace File {
    /** Either `file_id`, or `file_data` with `filename`. */
    export interface File {
      /** A base64 `data:` URL. */
      file_data?: string;
      /** Id of an uploaded file. */
      file_id?: string;
      filename?: string;
    }

    export { type PromptCacheBreakpoint };
  }
}

/** An image, by address or inline. */
export interface ChatCompletionContentPartImage {
  image_url: ChatCompletionContentPartImage.ImageURL;
  type: 'image_url';
  prompt_cache_breakpoint?: ChatCompletionContentPartImage.PromptCacheBreakpoint;
}

export declare namespace ChatCompletionContentPartImage {
  export interface ImageURL {
    /** An address the server can fetch, or a base64 `data:` URL. */
    url: string;
    /** How closely the model looks, which sets the price in tokens. Default `'auto'`. */
    detail?: 'auto' | 'low' | 'high' | 'original';
  }

  export { type PromptCacheBreakpoint };
}

/** Speech or other sound. */
export interface ChatCompletionContentPartInputAudio {
  input_audio: ChatCompletionContentPartInputAudio.InputAudio;
  type: 'input_audio';
  prompt_cache_breakpoint?: ChatCompletionContentPartInputAudio.PromptCacheBreakpoint;
}

export declare namespace ChatCompletionContentPartInputAudio {
  export interface InputAudio {
    /** Base64, without a `data:` prefix. */
    data: string;
    format: 'wav' | 'mp3';
  }

  export { type PromptCacheBreakpoint };
}

/** A refusal the model gave earlier; in assistant messages only. */
export interface ChatCompletionContentPartRefusal {
  refusal: string;
  type: 'refusal';
}

/** Text. */
export interface ChatCompletionContentPartText {
  text: string;
  type: 'text';
  prompt_cache_breakpoint?: ChatCompletionContentPartText.PromptCacheBreakpoint;
}

export declare namespace ChatCompletionContentPartText {
  export { type PromptCacheBreakpoint };
}
