/** The outcome of moderating a request and its answer in the same call. */

/** What moderation found, in the messages sent and in the answer. Either side can fail on its own. */
export interface CompletionModeration {
  input: CompletionModeration.ModerationResults | CompletionModeration.Error;
  output: CompletionModeration.ModerationResults | CompletionModeration.Error;
}

export declare namespace CompletionModeration {
  export interface ModerationResults {
    /** The model that judged. */
    model: string;
    results: Array<ModerationResults.Result>;
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
      model: string;
      type: 'moderation_result';
    }
  }

  /** CompletionModeration itself failed; the completion is unaffected. */
  export interface Error {
    code: string;
    message: string;
    type: 'error';
  }
}
