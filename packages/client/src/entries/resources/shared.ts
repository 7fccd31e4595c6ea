export type * from '../../types/shared.ts';
