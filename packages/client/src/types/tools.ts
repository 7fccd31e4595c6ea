/** Tools: how they are offered to the model, how the request selects them, and how the model calls them. */
import type { FunctionDefinition } from './shared.ts';

/** A tool the model may call. */
export type ChatCompletionTool = ChatCompletionFunctionTool | ChatCompletionCustomTool;

/** A tool whose arguments are a JSON object. */
export interface ChatCompletionFunctionTool {
  /** The function: its name, what it does and what it takes. */
  function: FunctionDefinition;
  /** Marks a function. */
  type: 'function';
}

/** A tool whose input is text: free, or following a grammar. */
export interface ChatCompletionCustomTool {
  /** The tool: its name, what it does and what it takes. */
  custom: ChatCompletionCustomTool.Custom;
  /** Marks a custom tool. */
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
      /** Accepts any text. */
      type: 'text';
    }

    export interface Grammar {
      /** The grammar that the input follows. */
      grammar: Grammar.Grammar;
      /** Accepts only text that follows the grammar. */
      type: 'grammar';
    }

    export namespace Grammar {
      export interface Grammar {
        /** The grammar's source, in the language named by `syntax`. */
        definition: string;
        /** Language of the grammar: Lark, or a regular expression. */
        syntax: 'lark' | 'regex';
      }
    }
  }
}

/**
 * Which tools the model may, or must, call.
 *
 * `'none'`: reply with text. `'auto'`: the model decides. `'required'`: call at least one. An object names one tool that
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
  /** The tools that the model may call, and whether it has to. */
  allowed_tools: ChatCompletionAllowedTools;
  /** Marks a narrowed set of tools. */
  type: 'allowed_tools';
}

export interface ChatCompletionAllowedTools {
  /** `'auto'`: the model may reply with text instead. `'required'`: it must call one of `tools`. */
  mode: 'auto' | 'required';
  /** References to tools of the request, e.g. `{ type: 'function', function: { name: 'get_weather' } }`. */
  tools: Array<{ [key: string]: unknown }>;
}

/** Makes the model call this function. */
export interface ChatCompletionNamedToolChoice {
  /** The function to call. */
  function: ChatCompletionNamedToolChoice.Function;
  /** Marks a function. */
  type: 'function';
}

export declare namespace ChatCompletionNamedToolChoice {
  export interface Function {
    /** Name of a function among `tools`. */
    name: string;
  }
}

/** Makes the model call this custom tool. */
export interface ChatCompletionNamedToolChoiceCustom {
  /** The custom tool to call. */
  custom: ChatCompletionNamedToolChoiceCustom.Custom;
  /** Marks a custom tool. */
  type: 'custom';
}

export declare namespace ChatCompletionNamedToolChoiceCustom {
  export interface Custom {
    /** Name of a custom tool among `tools`. */
    name: string;
  }
}

/** Makes the model call this function, in the form before tools existed. */
export interface ChatCompletionFunctionCallOption {
  /** Name of a function among `functions`. */
  name: string;
}

/** A call the model asks for. */
export type ChatCompletionMessageToolCall =
  | ChatCompletionMessageFunctionToolCall
  | ChatCompletionMessageCustomToolCall;

/** A call of a function. */
export interface ChatCompletionMessageFunctionToolCall {
  /** Its result is a tool message with the same `tool_call_id`. */
  id: string;
  /** The function to call, and its arguments. */
  function: ChatCompletionMessageFunctionToolCall.Function;
  /** Marks a call of a function. */
  type: 'function';
}

export declare namespace ChatCompletionMessageFunctionToolCall {
  export interface Function {
    /**
     * A JSON text written by the model. Unless the function is strict it may be invalid JSON or name parameters that do
     * not exist: check before calling. Some servers send an empty string when there are no arguments.
     */
    arguments: string;
    /** The function to call. May be a name that no tool has: check before calling. */
    name: string;
  }
}

/** A call of a custom tool. */
export interface ChatCompletionMessageCustomToolCall {
  /** Its result is a tool message with the same `tool_call_id`. */
  id: string;
  /** The tool to call, and its input. */
  custom: ChatCompletionMessageCustomToolCall.Custom;
  /** Marks a call of a custom tool. */
  type: 'custom';
}

export declare namespace ChatCompletionMessageCustomToolCall {
  export interface Custom {
    /** Text written by the model. */
    input: string;
    /** The tool to call. */
    name: string;
  }
}
