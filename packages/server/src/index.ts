/** The server as a library: start a server, or create an app without a socket. */
export { Cassette, type CassetteMode, type CassetteOptions } from './cassette/cassette.ts';
export { recordingOf, type WireDump } from './cassette/dump.ts';
export { openCassette, type CassetteOption, type CassetteSettings } from './cassette/open.ts';
export { CassetteError, type Exchange, type Recording } from './cassette/recording.ts';
export { replay, type Pace, type ReplayOptions } from './cassette/replay.ts';
export {
  ConfigFileError,
  loadConfigFile,
  parseConfigFile,
  type ConfigFile,
  type KeyEntry,
  type ModelEntry,
  type Timeouts,
  type UpstreamEntry,
} from './config-file/config-file.ts';
export { examine, DoctorError, type DoctorOptions, type Report, type Result } from './doctor/doctor.ts';
export { createApp, type AppParts } from './app.ts';
export { serverDefaults, SettingError, type AppConfig, type ServerConfig } from './config.ts';
export {
  FixtureError,
  type Fixture,
  type FixtureRequest,
  type Matcher,
  type Pattern,
  type Reply,
  type ReplyContext,
  type ReplyError,
  type ReplyFields,
  type ReplyFunction,
  type ReplyLogprob,
  type ReplyToolCall,
  type When,
  type WhenFunction,
} from './fixtures/fixture.ts';
export { loadFixtures, parseFixtures } from './fixtures/files.ts';
export { Fixtures, type Found, type Nearest } from './fixtures/fixtures.ts';
export { ApiError, invalidRequest, type ErrorBody, type ErrorDetails } from './http/errors.ts';
export type { RequestEvent, UpstreamFailure } from './http/request-event.ts';
export { createMetrics, type Metrics } from './metrics/metrics.ts';
export type { ChatModel, Chunk, CompletionRequest } from './models/model.ts';
export type {
  EmbeddingRequest,
  Moderation,
  ModerationRequest,
  TextCompletion,
  TextRequest,
  Vectors,
} from './models/neighbours.ts';
export { Models, type ModelCard, type Route } from './models/routing.ts';
export { Upstreams, type UpstreamsSettings } from './models/upstreams.ts';
export { sandboxModel, type SandboxOptions } from './sandbox/model.ts';
export { startServer, type RunningServer, type ServerOptions } from './server.ts';
export {
  CompletionStore,
  type CompletionsQuery,
  type Page,
  type PageQuery,
  type RouteFacts,
  type StoredCompletion,
  type StoreRecord,
} from './store/completions.ts';
export { Database, DatabaseError, openDatabase } from './store/database.ts';
