/** Wire shapes of `/moderations`. */

/** What was found in one input. */
export interface Moderation {
  /** Whether each category was found. */
  categories: Moderation.Categories;
  /** The kinds of input that each category was judged on. */
  category_applied_input_types: Moderation.CategoryAppliedInputTypes;
  /** The model's confidence for each category, 0 to 1. */
  category_scores: Moderation.CategoryScores;
  /** Whether any category was found. */
  flagged: boolean;
}

export declare namespace Moderation {
  export interface Categories {
    harassment: boolean;
    'harassment/threatening': boolean;
    hate: boolean;
    'hate/threatening': boolean;
    /** `null` from models that do not know the category. */
    illicit: boolean | null;
    'illicit/violent': boolean | null;
    'self-harm': boolean;
    'self-harm/instructions': boolean;
    'self-harm/intent': boolean;
    sexual: boolean;
    'sexual/minors': boolean;
    violence: boolean;
    'violence/graphic': boolean;
  }

  export interface CategoryAppliedInputTypes {
    harassment: Array<'text'>;
    'harassment/threatening': Array<'text'>;
    hate: Array<'text'>;
    'hate/threatening': Array<'text'>;
    illicit: Array<'text'>;
    'illicit/violent': Array<'text'>;
    'self-harm': Array<'text' | 'image'>;
    'self-harm/instructions': Array<'text' | 'image'>;
    'self-harm/intent': Array<'text' | 'image'>;
    sexual: Array<'text' | 'image'>;
    'sexual/minors': Array<'text'>;
    violence: Array<'text' | 'image'>;
    'violence/graphic': Array<'text' | 'image'>;
  }

  export interface CategoryScores {
    harassment: number;
    'harassment/threatening': number;
    hate: number;
    'hate/threatening': number;
    illicit: number;
    'illicit/violent': number;
    'self-harm': number;
    'self-harm/instructions': number;
    'self-harm/intent': number;
    sexual: number;
    'sexual/minors': number;
    violence: number;
    'violence/graphic': number;
  }
}

export interface ModerationImageURLInput {
  image_url: ModerationImageURLInput.ImageURL;
  type: 'image_url';
}

export declare namespace ModerationImageURLInput {
  export interface ImageURL {
    /** An address, or a `data:` URL. */
    url: string;
  }
}

export interface ModerationTextInput {
  text: string;
  type: 'text';
}

export type ModerationMultiModalInput = ModerationImageURLInput | ModerationTextInput;

export type ModerationModel =
  | 'omni-moderation-latest'
  | 'omni-moderation-2024-09-26'
  | 'text-moderation-latest'
  | 'text-moderation-stable';

export interface ModerationCreateResponse {
  id: string;
  model: string;
  /** One for each text, or one for all parts of a multi-modal input. */
  results: Array<Moderation>;
}

export interface ModerationCreateParams {
  /** A text, several texts, or the parts of one multi-modal input. */
  input: string | Array<string> | Array<ModerationMultiModalInput>;
  /** Default: the server's. */
  model?: (string & {}) | ModerationModel;
}
