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
  /** The instructions; as parts, text only. */
  content: string | Array<ChatCompletionContentPartText>;
  /** Sets the author. Servers that do not know this role expect `'system'`. */
  role: 'developer';
  /** Name of the participant, to distinguish several of one role. */
  name?: string;
}

/** Instructions that stand above what users say. */
export interface ChatCompletionSystemMessageParam {
  /** The instructions; as parts, text only. */
  content: string | Array<ChatCompletionContentPartText>;
  /** Sets the author. For reasoning models from o1 on, use `'developer'`. */
  role: 'system';
  /** Name of the participant, to distinguish several of one role. */
  name?: string;
}

/** What a user says, shows or attaches. */
export interface ChatCompletionUserMessageParam {
  /** Text, or parts: text, images, audio and files, as far as the model reads them. */
  content: string | Array<ChatCompletionContentPart>;
  /** Sets the author: the user. */
  role: 'user';
  /** Name of the participant, to distinguish several of one role. */
  name?: string;
}

/** An earlier reply of the model. A `ChatCompletionMessage` can be sent back as received. */
export interface ChatCompletionAssistantMessageParam {
  /** Sets the author: the model. */
  role: 'assistant';
  /** Refers to earlier speech of the model. */
  audio?: ChatCompletionAssistantMessageParam.Audio | null;
  /** Required unless there are tool calls. */
  content?: string | Array<ChatCompletionContentPartText | ChatCompletionContentPartRefusal> | null;
  /** @deprecated Replaced by `tool_calls`. */
  function_call?: ChatCompletionAssistantMessageParam.FunctionCall | null;
  /** Name of the participant, to distinguish several of one role. */
  name?: string;
  /** The text in which the model declined, when it did. */
  refusal?: string | null;
  /** Each needs a tool message with its result right after this one. */
  tool_calls?: Array<ChatCompletionMessageToolCall>;
}

export declare namespace ChatCompletionAssistantMessageParam {
  export interface Audio {
    /** `audio.id` of the reply; valid until its `expires_at`. */
    id: string;
  }

  /** @deprecated Replaced by `tool_calls`. */
  export interface FunctionCall {
    /** A JSON text, as the model wrote it. */
    arguments: string;
    /** The function to call. */
    name: string;
  }
}

/** The result of one tool call. */
export interface ChatCompletionToolMessageParam {
  /** What the tool returned, as text: JSON, an error message or plain words. */
  content: string | Array<ChatCompletionContentPartText>;
  /** Marks a tool's result. */
  role: 'tool';
  /** `id` of the call that this is the result of. */
  tool_call_id: string;
}

/** @deprecated Replaced by tool messages. */
export interface ChatCompletionFunctionMessageParam {
  /** What the function returned, as text. */
  content: string | null;
  /** The function that was called. */
  name: string;
  /** Marks a function's result. */
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
  /** Marks the end of a prefix to cache. */
  mode: 'explicit';
  /** How long at least the cached prefix lives. Default `'30m'`. */
  ttl?: '30m' | '12h';
}

export declare namespace ChatCompletionContentPart {
  /** A document, inline or uploaded before. */
  export interface File {
    /** The file itself, or its id. */
    file: File.File;
    /** Marks a file. */
    type: 'file';
    /** Caches the prompt up to and including this part. */
    prompt_cache_breakpoint?: File.PromptCacheBreakpoint;
  }

  export namespace File {
    /** Either `file_id`, or `file_data` with `filename`. */
    export interface File {
      /** A base64 `data:` URL. */
      file_data?: string;
      /** Id of an uploaded file. */
      file_id?: string;
      /** Name of the file, extension included. Required with `file_data`. */
      filename?: string;
    }

    export { type PromptCacheBreakpoint };
  }
}

/** An image, by address or inline. */
export interface ChatCompletionContentPartImage {
  /** Where the image is, and how closely to look. */
  image_url: ChatCompletionContentPartImage.ImageURL;
  /** Marks an image. */
  type: 'image_url';
  /** Caches the prompt up to and including this part. */
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
  /** The sound and its encoding. Only models that hear accept it. */
  input_audio: ChatCompletionContentPartInputAudio.InputAudio;
  /** Marks audio. */
  type: 'input_audio';
  /** Caches the prompt up to and including this part. */
  prompt_cache_breakpoint?: ChatCompletionContentPartInputAudio.PromptCacheBreakpoint;
}

export declare namespace ChatCompletionContentPartInputAudio {
  export interface InputAudio {
    /** Base64, without a `data:` prefix. */
    data: string;
    /** Encoding of `data`. */
    format: 'wav' | 'mp3';
  }

  export { type PromptCacheBreakpoint };
}

/** A refusal the model gave earlier; in assistant messages only. */
export interface ChatCompletionContentPartRefusal {
  /** The text in which the model declined. */
  refusal: string;
  /** Marks a refusal. */
  type: 'refusal';
}

/** Text. */
export interface ChatCompletionContentPartText {
  /** The text of this part. */
  text: string;
  /** Marks text. */
  type: 'text';
  /** Caches the prompt up to and including this part. */
  prompt_cache_breakpoint?: ChatCompletionContentPartText.PromptCacheBreakpoint;
}

export declare namespace ChatCompletionContentPartText {
  export { type PromptCacheBreakpoint };
}
