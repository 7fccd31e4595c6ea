/** One variant: a way in which a recorded response can arrive or fail. */
import type { Delivery } from './delivery.ts';

/** `whole`: everything arrives, so nothing may be lost. `failing`: something is missing, so a failure must show. */
export type Promised = 'whole' | 'failing' | 'unclear';

export interface Variant {
  name: string;
  group: VariantGroup;
  promised: Promised;
  delivery: Delivery;
  /** How many attempts get this; those after it get the whole response. Default: all. */
  attempts?: number;
}

export type VariantGroup = 'cut' | 'split' | 'stall' | 'reset' | 'error' | 'status' | 'dialect';

/** What the request asked for. */
export interface Asked {
  stream: boolean;
  includeUsage: boolean;
}
