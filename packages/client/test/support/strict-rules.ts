/** The rules of strict mode as the API documents them, read off a schema without the client's own tables. */

const known = new Set(
  (
    '$schema $id $ref $defs definitions title description default examples readOnly writeOnly $comment type enum const ' +
    'properties required additionalProperties items minItems maxItems anyOf format pattern minLength maxLength ' +
    'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf'
  ).split(' '),
);

/** What an API in strict mode would object to; empty when it would not. */
export function strictViolations(root: any): string[] {
  const found: string[] = [];
  if (root.type !== 'object' || root.anyOf) found.push('the root is not an object');
  visit(root, '#');
  return found;

  function visit(schema: any, place: string): void {
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
      found.push(`${place} is no schema`);
      return;
    }
    for (const key of Object.keys(schema)) if (!known.has(key)) found.push(`${place} has ${key}`);
    if (schema.$ref !== undefined && !find(schema.$ref)) found.push(`${place} refers to nothing`);
    const types = [schema.type].flat();
    if (types.includes('object') || schema.properties) {
      if (schema.additionalProperties !== false) found.push(`${place} is open`);
      const names = Object.keys(schema.properties ?? {});
      if (String(schema.required ?? []) !== String(names)) found.push(`${place} does not require all`);
    }
    if (types.includes('array') && !schema.items) found.push(`${place} has no items`);
    for (const key of ['properties', '$defs', 'definitions']) {
      for (const [name, child] of Object.entries(schema[key] ?? {})) visit(child, `${place}/${key}/${name}`);
    }
    if (schema.items) visit(schema.items, `${place}/items`);
    for (const [index, branch] of (schema.anyOf ?? []).entries()) visit(branch, `${place}/anyOf/${index}`);
  }

  function find(ref: string): unknown {
    return decodeURIComponent(ref)
      .split('/')
      .slice(1)
      .reduce((at: any, token) => at?.[token.replaceAll('~1', '/').replaceAll('~0', '~')], root);
  }
}
