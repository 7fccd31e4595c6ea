export { APIResource } from '../resources/resource.ts';
