/** The packages that are tried, and the program that tries each. */
export interface Entry {
  /** The package that depends on `openai`, or expects a client of it. */
  name: string;
  /** A file below `programs`, without its extension. */
  program: string;
  /** What the program does, for the page. */
  does: string;
  /** For the page: what a user should know besides. */
  note?: string;
  /** A version of `openai` that the range of the package includes, when that excludes the newest one. */
  openai?: string;
}

export const entries: readonly Entry[] = [
  {
    name: '@langchain/openai',
    program: 'langchain',
    does: '`invoke`, `stream`, `bindTools`, `withStructuredOutput`, embeddings',
  },
  { name: 'langsmith', program: 'langsmith', does: '`wrapOpenAI`: `create`, a stream, `parse`, `models`' },
  { name: 'braintrust', program: 'braintrust', does: '`wrapOpenAI`: `create`, a stream, embeddings' },
];
