/** `colloquy-server/testing`: the sandbox as a test double. */
export type { RecordedRequest, RecordedResponse } from '../http/journal.ts';
export { createSandbox, type CreateSandboxOptions, type ListenOptions, type Sandbox } from './sandbox.ts';
