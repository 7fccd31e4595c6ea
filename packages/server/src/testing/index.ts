/** `colloquy-server/testing`: the sandbox as a test double. */
export { FixtureError, type Fixture, type Reply, type When, type WhenFunction } from '../fixtures/fixture.ts';
export type { RecordedRequest, RecordedResponse } from '../http/journal.ts';
export { everyFailure, type EveryFailureOptions, type Run } from './failures/every-failure.ts';
export type { Recording } from './failures/recorded.ts';
export type { FailureReport, Problem, ProblemKind, VariantResult } from './failures/report.ts';
export type { Handled } from './failures/result.ts';
export type { VariantGroup } from './failures/variant.ts';
export { createSandbox, type CreateSandboxOptions, type ListenOptions, type Sandbox } from './sandbox.ts';
export { useSandbox, type UsedSandbox, type UseSandboxOptions } from './use-sandbox.ts';
export type { Hooks } from './hooks.ts';
