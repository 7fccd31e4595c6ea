/** The outcome of moderating a request and its response in the same call. */

/** What moderation found, in the messages sent and in the response. Either side can fail on its own. */
export interface CompletionModeration {
  /** What was found in the messages of the request, or why they could not be judged. */
  input: CompletionModeration.ModerationResults | CompletionModeration.Error;
  /** What was found in the message of the model, or why it could not be judged. */
  output: CompletionModeration.ModerationResults | CompletionModeration.Error;
}

export declare namespace CompletionModeration {
  export interface ModerationResults {
    /** The model that judged. */
    model: string;
    /** One entry for each text or image that was judged. */
    results: Array<ModerationResults.Result>;
    /** Always `moderation_results`. */
    type: 'moderation_results';
  }

  export namespace ModerationResults {
    export interface Result {
      /** Category name to whether it was found. */
      categories: { [key: string]: boolean };
      /** Category name to the kinds of input it was judged on. */
      category_applied_input_types: { [key: string]: Array<'text' | 'image'> };
      /** Category name to the judging model's confidence, 0 to 1. */
      category_scores: { [key: string]: number };
      /** Whether any category was found. */
      flagged: boolean;
      /** The model that judged. */
      model: string;
      /** Marks a result. */
      type: 'moderation_result';
    }
  }

  /** CompletionModeration itself failed; the completion is unaffected. */
  export interface Error {
    /** A stable name for the cause. */
    code: string;
    /** A sentence for people. */
    message: string;
    /** Always `error`. */
    type: 'error';
  }
}
