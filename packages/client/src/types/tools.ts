/** Tools: how they are offered to the model, how it is told which to use, and how it asks for a call. */
import type { FunctionDefinition } from './shared.ts';

/** A tool the model may call. */
export type ChatCompletionTool = ChatCompletionFunctionTool | ChatCompletionCustomTool;

/** A tool whose arguments are a JSON object. */
export interface ChatCompletionFunctionTool {
  function: FunctionDefinition;
  type: 'function';
}

/** A tool whose input is text: free, or following a grammar. */
export interface ChatCompletionCustomTool {
  custom: ChatCompletionCustomTool.Custom;
  type: 'custom';
}

export declare namespace ChatCompletionCustomTool {
  export interface Custom {
    /** Comes back as `custom.name` in a call. */
    name: string;
    /** What the tool does: the model decides by this text when and how to call it. */
    description?: string;
    /** What the input looks like. Default: any text. */
    format?: Custom.Text | Custom.Grammar;
  }

  export namespace Custom {
    export interface Text {
      type: 'text';
    }

    export interface Grammar {
      grammar: Grammar.Grammar;
      type: 'grammar';
    }

    export namespace Grammar {
      export interface Grammar {
        /** The grammar's source, in the language named by `syntax`. */
        definition: string;
        syntax: 'lark' | 'regex';
      }
    }
  }
}

/**
 * Which tools the model may, or must, call.
 *
 * `'none'`: answer in text. `'auto'`: the model decides. `'required'`: call at least one. An object names one tool that
 * must be called, or narrows the set. Default: `'auto'` when there are tools, `'none'` otherwise.
 */
export type ChatCompletionToolChoiceOption =
  | 'none'
  | 'auto'
  | 'required'
  | ChatCompletionAllowedToolChoice
  | ChatCompletionNamedToolChoice
  | ChatCompletionNamedToolChoiceCustom;

/** Narrows the choice to some of the tools offered, without changing `tools` (which would miss the prompt cache). */
export interface ChatCompletionAllowedToolChoice {
  allowed_tools: ChatCompletionAllowedTools;
  type: 'allowed_tools';
}

export interface ChatCompletionAllowedTools {
  /** `'auto'`: the model may answer in text instead. `'required'`: it must call one of `tools`. */
  mode: 'auto' | 'required';
  /** References to tools of the request, e.g. `{ type: 'function', function: { name: 'get_weather' } }`. */
  tools: Array<{ [key: string]: unknown }>;
}

/** Makes the model call this function. */
export interface ChatCompletionNamedToolChoice {
  function: ChatCompletionNamedToolChoice.Function;
  type: 'function';
}

export declare namespace ChatCompletionNamedToolChoice {
  export interface Function {
    name: string;
  }
}

/** Makes the model call this custom tool. */
export interface ChatCompletionNamedToolChoiceCustom {
  custom: ChatCompletionNamedToolChoiceCustom.Custom;
  type: 'custom';
}

export declare namespace ChatCompletionNamedToolChoiceCustom {
  export interface Custom {
    name: string;
  }
}

/** Makes the model call this function, in the form before tools existed. */
export interface ChatCompletionFunctionCallOption {
  name: string;
}

/** A call the model asks for. */
export type ChatCompletionMessageToolCall =
  | ChatCompletionMessageFunctionToolCall
  | ChatCompletionMessageCustomToolCall;

/** A call of a function. */
export interface ChatCompletionMessageFunctionToolCall {
  /** Answered by a tool message with the same `tool_call_id`. */
  id: string;
  function: ChatCompletionMessageFunctionToolCall.Function;
  type: 'function';
}

export declare namespace ChatCompletionMessageFunctionToolCall {
  export interface Function {
    /**
     * A JSON text written by the model. Unless the function is strict it may be invalid JSON or name parameters that do
     * not exist: check before calling. Some servers send an empty string when there are no arguments.
     */
    arguments: string;
    name: string;
  }
}

/** A call of a custom tool. */
export interface ChatCompletionMessageCustomToolCall {
  /** Answered by a tool message with the same `tool_call_id`. */
  id: string;
  custom: ChatCompletionMessageCustomToolCall.Custom;
  type: 'custom';
}

export declare namespace ChatCompletionMessageCustomToolCall {
  export interface Custom {
    /** Text written by the model. */
    input: string;
    name: string;
  }
}
