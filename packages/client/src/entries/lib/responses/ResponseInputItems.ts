export { toResponseInputItem, toResponseInputItems } from '../../../absent-names.ts';
