/** Wire shapes of `/models`. */

export interface Model {
  /** The name to pass as `model`. */
  id: string;
  /** Unix seconds. */
  created: number;
  /** Marks a model. */
  object: 'model';
  /** Who provides the model: an organization, or the server's own word. */
  owned_by: string;
  /** The day the model is switched off, as `YYYY-MM-DD`. Absent or `null` while no day is set. */
  shutdown_date?: string | null;
}

export interface ModelDeleted {
  /** Name of the model. */
  id: string;
  /** Whether the model was deleted. */
  deleted: boolean;
  /** `'model'`. */
  object: string;
}
