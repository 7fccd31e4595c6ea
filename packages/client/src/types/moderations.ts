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
    /** Insults or threatens someone, or encourages others to. */
    harassment: boolean;
    /** Harassment that threatens violence or serious harm. */
    'harassment/threatening': boolean;
    /** Hatred of people for their race, gender, religion, nationality, orientation, disability or caste. */
    hate: boolean;
    /** Hatred that threatens violence or serious harm. */
    'hate/threatening': boolean;
    /** Help with wrongdoing. `null` from models that do not know the category. */
    illicit: boolean | null;
    /**
     * Help with wrongdoing that involves violence or weapons. `null` from models that do not know the category.
     */
    'illicit/violent': boolean | null;
    /** Suicide, self-injury or eating disorders. */
    'self-harm': boolean;
    /** How to harm oneself. */
    'self-harm/instructions': boolean;
    /** Someone says that they harm themselves, or mean to. */
    'self-harm/intent': boolean;
    /** Meant to arouse, or promotes sexual services. */
    sexual: boolean;
    /** Sexual content with someone under 18. */
    'sexual/minors': boolean;
    /** Death, violence or injury. */
    violence: boolean;
    /** Death, violence or injury in graphic detail. */
    'violence/graphic': boolean;
  }

  /** Categories that are judged on images too. */
  type OfImages =
    | 'self-harm'
    | 'self-harm/instructions'
    | 'self-harm/intent'
    | 'sexual'
    | 'violence'
    | 'violence/graphic';

  export type CategoryAppliedInputTypes = {
    [Name in keyof Categories]: Array<Name extends OfImages ? 'text' | 'image' : 'text'>;
  };

  export type CategoryScores = { [Name in keyof Categories]: number };
}

export interface ModerationImageURLInput {
  /** Where the image is. */
  image_url: ModerationImageURLInput.ImageURL;
  /** Marks an image. */
  type: 'image_url';
}

export declare namespace ModerationImageURLInput {
  export interface ImageURL {
    /** An address, or a `data:` URL. */
    url: string;
  }
}

export interface ModerationTextInput {
  /** The text to judge. */
  text: string;
  /** Marks text. */
  type: 'text';
}

export type ModerationMultiModalInput = ModerationImageURLInput | ModerationTextInput;

export type ModerationModel =
  | 'omni-moderation-latest'
  | 'omni-moderation-2024-09-26'
  | 'text-moderation-latest'
  | 'text-moderation-stable';

export interface ModerationCreateResponse {
  /** Id of the response. */
  id: string;
  /** The model that judged. */
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
