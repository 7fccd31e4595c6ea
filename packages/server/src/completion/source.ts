/**
 * Where a rule of the API is written down:
 *
 * - `guide`: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 * - `reference`: https://platform.openai.com/docs/api-reference/chat/create
 * - `reported`: messages of the API that its users have published, in their words.
 * - `weak`: none of them says it plainly. The rule is the stricter reading, so that what passes here passes there.
 */
export type Source = 'guide' | 'reference' | 'reported' | 'weak';
