// The two packages every parity script runs against. The original is a development dependency, imported here and
// nowhere else; scripts receive one of the two and cannot tell which.
import * as original from 'openai';
import * as originalPromise from 'openai/core/api-promise';
import * as originalPages from 'openai/core/pagination';
import * as originalErrors from 'openai/error';
import * as originalEvents from 'openai/lib/EventStream';
import * as originalStreaming from 'openai/streaming';
import * as originalVersion from 'openai/version';
import * as colloquy from '../../src/entries/index.ts';
import * as colloquyErrors from '../../src/entries/error.ts';
import { EventStream } from '../../src/streaming/event-stream.ts';
import { APIPromise } from '../../src/http/api-promise.ts';
import * as colloquyPages from '../../src/http/page.ts';
import * as colloquyStreaming from '../../src/stream/stream.ts';
import { VERSION } from '../../src/version.ts';

export interface Package {
  name: 'colloquy' | 'openai';
  OpenAI: typeof colloquy.OpenAI;
  AzureOpenAI: typeof colloquy.AzureOpenAI;
  errors: typeof colloquyErrors;
  Stream: typeof colloquyStreaming.Stream;
  EventStream: typeof EventStream;
  APIPromise: typeof APIPromise;
  pages: typeof colloquyPages;
  version: string;
}

export const ours: Package = {
  name: 'colloquy',
  OpenAI: colloquy.OpenAI,
  AzureOpenAI: colloquy.AzureOpenAI,
  errors: colloquyErrors,
  Stream: colloquyStreaming.Stream,
  EventStream,
  APIPromise,
  pages: colloquyPages,
  version: VERSION,
};

// The public declarations agree in what scripts use; where they do not, a script shows it at run time.
export const theirs: Package = {
  name: 'openai',
  OpenAI: original.OpenAI as unknown as Package['OpenAI'],
  AzureOpenAI: original.AzureOpenAI as unknown as Package['AzureOpenAI'],
  errors: originalErrors as unknown as Package['errors'],
  Stream: originalStreaming.Stream as unknown as Package['Stream'],
  EventStream: originalEvents.EventStream as unknown as Package['EventStream'],
  APIPromise: originalPromise.APIPromise as unknown as Package['APIPromise'],
  pages: originalPages as unknown as Package['pages'],
  version: originalVersion.VERSION,
};
