export { Models, type ModelsPage } from '../../resources/models.ts';
export type * from '../../types/models.ts';
