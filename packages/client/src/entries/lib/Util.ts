export { allSettledWithThrow } from '../../streaming/all-settled.ts';
