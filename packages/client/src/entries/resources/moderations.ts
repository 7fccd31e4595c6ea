export { Moderations } from '../../resources/moderations.ts';
export type * from '../../types/moderations.ts';
