/** Fills the gaps of validators that write their own JSON Schema, for values that JSON Schema cannot describe. */
import type { Schema } from './keywords.ts';
import { note } from './notes.ts';
import { natives } from './zod4.ts';

/** A type that ArkType cannot write as JSON Schema. `base` is the part that it could write. */
interface ArkTypeGap {
  /** The kind of type; `unit` is a single value that JSON does not have. */
  code: string;
  base: Schema;
  domain?: string;
  proto?: { name: string };
  /** The items after a variadic one, as in `[...string[], number]`. */
  elements?: Schema[];
}

/** A Valibot schema, and what `@valibot/to-json-schema` made of it. */
interface ValibotVisit {
  valibotSchema: { type: string; items?: { type: string }[] };
  jsonSchema: Schema;
  errors?: string[] | undefined;
}

/** An action in a pipe of Valibot, and the JSON Schema of what goes into it. */
interface ValibotStep {
  valibotAction: { type: string };
  jsonSchema: Schema;
  errors?: string[] | undefined;
}

const why = 'JSON Schema has no keyword for it.';

/** The kinds of Valibot schemas that take `undefined`. */
const optional = new Set(['optional', 'undefinedable', 'nullish']);

/** The `libraryOptions` of each vendor. */
export const vendorOptions: Record<string, object> = {
  arktype: {
    fallback({ code, base, domain, proto, elements }: ArkTypeGap): Schema {
      if (elements) return withLast(base, elements);
      // A predicate may hold for any JSON.
      if (code === 'predicate') return note({ ...base }, { rule: code, why });
      if (Object.keys(base).length) return base;
      const kind = proto?.name ?? domain ?? code;
      return natives[kind] ?? { '~native': kind };
    },
  },
  valibot: {
    overrideSchema({ valibotSchema, jsonSchema, errors }: ValibotVisit): Schema | undefined {
      const { type, items } = valibotSchema;
      if (items && Array.isArray(jsonSchema['items'])) {
        const indexes = [...items.keys()].filter((index) => optional.has(items[index]!.type));
        return { ...jsonSchema, '~optional': indexes };
      }
      // Listed keys are only refused because JSON Schema would have to name them twice.
      return errors && (type === 'record' ? jsonSchema : natives[type] && { ...natives[type] });
    },
    overrideAction({ valibotAction, jsonSchema, errors }: ValibotStep): Schema | undefined {
      return errors && note({ ...jsonSchema }, { rule: valibotAction.type, why });
    },
  },
};

/** A list that ends with `last`. */
function withLast({ items, additionalItems, ...list }: Schema, last: Schema[]): Schema {
  const first = Array.isArray(items) ? items : [];
  const rest = Array.isArray(items) ? additionalItems : items;
  return { ...list, items: [...first, ...last], additionalItems: rest, '~last': last.length };
}
