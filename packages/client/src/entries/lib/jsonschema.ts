export type {
  JSONSchema,
  JSONSchemaArray,
  JSONSchemaDefinition,
  JSONSchemaObject,
  JSONSchemaType,
  JSONSchemaTypeName,
  JSONSchemaVersion,
} from '../../structured/json-schema.ts';
