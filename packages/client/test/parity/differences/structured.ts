// Deliberate differences of the schema helpers and of parse(). Each is shown by schemas.test.ts.
import type { KnownDifference } from '../known-differences.ts';

export const structuredDifferences: KnownDifference[] = [
  {
    id: 'optional-property',
    what: 'A property that is optional and not nullable: refused by the original; here it is nullable on the wire, and its null is left out before validation. One with a default is asked for.',
    why: 'Optional properties are what people write, and the null is ours, so the validator need not know it.',
  },
  {
    id: 'wrapped-root',
    what: 'A union, array, scalar or nullable at the root: refused; here it is sent as the property `value` of an object and taken out again, in partial values too.',
    why: 'The rule of a root object is one of the wire, and can be kept without the caller noticing.',
  },
  {
    id: 'record-as-list',
    what: 'A record: refused; here it is a list of { key, value } on the wire and an object again when parsed. With keys of an enum it is an object with these properties.',
    why: 'Strict mode has no open objects, but it has lists.',
  },
  {
    id: 'tuple-as-object',
    what: 'A tuple: refused; here an array of fixed length if its items are alike, else an object with the properties 0, 1, … and rest, and an array again when parsed.',
    why: 'Strict mode has no positions, but it has properties.',
  },
  {
    id: 'native-strings',
    what: 'z.date() and z.bigint(): refused, those of ArkType sent as {}, which no answer can satisfy; here strings on the wire (ISO 8601, decimal digits), converted before validation. What ArkType has no JSON Schema for is refused.',
    why: 'Both have one usual form as text.',
  },
  {
    id: 'input-side',
    what: 'Transforms and codecs of Zod 4: refused, or (stringbool) sent as what comes out, which then fails to parse; here what goes in is sent, and the conversion runs on parse.',
    why: 'The model writes the input of the schema.',
  },
  {
    id: 'tolerated-keys',
    what: 'An object with named properties that tolerates any further ones (looseObject, passthrough): refused; here it is sent closed.',
    why: 'What is tolerated need not be asked for; every value of the closed object is one of the open one.',
  },
  {
    id: 'base64-encoding',
    what: '`contentEncoding: base64`: refused for Zod 4, sent for Zod 3; here it is left out, and checked on parse.',
    why: 'The API does not know the keyword; with Zod 4 the pattern beside it says the same.',
  },
  {
    id: 'zod3-nullable',
    what: 'Zod 3: `nullable: true`, which is no JSON Schema, becomes a type array; a null default is left out as with Zod 4.',
    why: 'The schema has to say what it means.',
  },
  {
    id: 'zod3-definitions',
    what: 'Zod 3: a schema used twice is defined once, under the name of its first place, and referred to from both; strings and the like are repeated; recursion to the root is `#`. The original keeps the first inline, adds one-use definitions inside, and repeats the root.',
    why: 'The size of what is sent follows the size of the schema.',
  },
  {
    id: 'zod3-checked-on-parse',
    what: 'Zod 3: refinements, transforms, pipelines, catches, coercions, trimming, intersections and unions that may overlap are refused; here what JSON Schema can say of them is sent, and the rest runs on parse. Results need not be JSON.',
    why: 'Zod 4 allows the same, and parse() validates the whole value anyway.',
  },
  {
    id: 'zod3-empty-required',
    what: 'Zod 3: an object without properties has `required: []`, as with Zod 4; the original leaves it out.',
    why: 'One transform behind all libraries; the meaning is the same.',
  },
  {
    id: 'zod3-default-unproven',
    what: 'Zod 3: a default is refused unless it is provably JSON; here it is sent if it is JSON, else left out.',
    why: 'A strict answer has every property, so a default is only a hint.',
  },
  {
    id: 'refusal-wording',
    what: 'What cannot be represented is refused by both, some of it in other words: unrepresentable Zod types name their place, malformed roots and branches get an error instead of "Cannot read properties".',
    why: 'An error should say where to look.',
  },
  {
    id: 'moved-any-of-branch',
    what: 'A pointer into a branch of an anyOf that moves (one after a false branch, or the only one at the root): rewritten to the new place; here its target gets a name in $defs, as the original does for allOf.',
    why: 'One rule for all branches that move.',
  },
  {
    id: 'joined-all-of',
    what: 'An intersection whose only branch is an intersection itself, or refers to itself: refused in some places; here it is joined like any other.',
    why: 'Branches of branches hold at once with the rest, so all of them are one list.',
  },
  {
    id: 'recursive-null',
    what: 'An optional property whose schema is a union with itself, or shared references nested deeply: stack overflow or exponential time; here an answer in linear time. An intersection with itself is refused.',
    why: 'The size of a schema should be the only limit.',
  },
  {
    id: 'unfinished-answer',
    what: 'LengthFinishReasonError and ContentFilterFinishReasonError carry the completion, its usage and the text so far.',
    why: 'What was paid for should be at hand.',
  },
];
