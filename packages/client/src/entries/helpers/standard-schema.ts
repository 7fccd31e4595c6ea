export * from '../../helpers/standard-schema.ts';
