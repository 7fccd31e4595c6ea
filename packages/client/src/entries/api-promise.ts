export { APIPromise } from '../transport/api-promise.ts';
