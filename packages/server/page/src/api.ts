/** The server behind the page, through the client: its key, its lists, and what its failures mean. */
import { APIConnectionError, APIError, AuthenticationError, NotFoundError, OpenAI } from 'colloquy/core';
import type { Completion, Message, Metadata } from './completions.ts';

/** Beside the page, so that it works below any path. */
export const baseURL: string = new URL('v1', document.baseURI).href;

const keyName = 'colloquy.key';

/** Kept until the tab is closed, and nowhere else. */
let client = clientWith(sessionStorage.getItem(keyName));

function clientWith(apiKey: string | null): OpenAI {
  return new OpenAI({
    baseURL,
    apiKey: apiKey ?? 'none',
    dangerouslyAllowBrowser: true,
    maxRetries: 1,
    timeout: 30_000,
    logLevel: 'off',
  });
}

export function useKey(key: string): void {
  sessionStorage.setItem(keyName, key);
  client = clientWith(key);
}

export function hasKey(): boolean {
  return sessionStorage.getItem(keyName) !== null;
}

export interface ListQuery {
  after?: string;
  limit?: number;
  order?: 'asc' | 'desc';
  model?: string;
  metadata?: Metadata;
  /** Extensions of our list, in Unix seconds: from this one on, and up to the one before this one. */
  created_after?: number;
  created_before?: number;
}

export interface Page<Item> {
  data: Item[];
  hasMore: boolean;
}

export async function listCompletions(query: ListQuery, signal: AbortSignal): Promise<Page<Completion>> {
  const page = await client.chat.completions.list(query, { signal });
  return { data: page.data, hasMore: page.has_more };
}

export function retrieve(id: string, signal: AbortSignal): Promise<Completion> {
  return client.chat.completions.retrieve(id, { signal });
}

/** The messages of the request, oldest first. */
export async function listMessages(id: string, signal: AbortSignal): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const message of client.chat.completions.messages.list(id, { limit: 100 }, { signal }))
    messages.push(message);
  return messages;
}

/** The last messages of the request, newest first. */
export async function lastMessages(id: string, signal: AbortSignal): Promise<Message[]> {
  const query = { limit: 8, order: 'desc' as const };
  return (await client.chat.completions.messages.list(id, query, { signal })).data;
}

export function updateMetadata(id: string, metadata: Metadata): Promise<Completion> {
  return client.chat.completions.update(id, { metadata });
}

/** Deletes a completion; one that is gone already counts as deleted. */
export async function remove(id: string): Promise<void> {
  await client.chat.completions.delete(id).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

export function isMissing(error: unknown): boolean {
  return error instanceof NotFoundError;
}

/** Whether a server refuses the filters by time, which are extensions. */
export function refusesTime(error: unknown): boolean {
  return error instanceof APIError && error.status === 400 && /created_(after|before)/.test(error.message);
}

export interface Failure {
  kind: 'key' | 'offline' | 'error';
  message: string;
}

export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof AuthenticationError) return { kind: 'key', message };
  return { kind: error instanceof APIConnectionError ? 'offline' : 'error', message };
}
