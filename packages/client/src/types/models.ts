/** Wire shapes of `/models`. */

export interface Model {
  /** The name to pass as `model`. */
  id: string;
  /** Unix seconds. */
  created: number;
  object: 'model';
  /** Who provides the model: an organization, or the server's own word. */
  owned_by: string;
  /** The day the model is switched off, as `YYYY-MM-DD`. Absent or `null` while no day is set. */
  shutdown_date?: string | null;
}

export interface ModelDeleted {
  id: string;
  deleted: boolean;
  object: string;
}
