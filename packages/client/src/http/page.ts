/** Lists in pages: the page itself, the next page, and the items of all pages in turn. */

import { APIError } from '../errors/api-error.ts';
import { OpenAIError } from '../errors/openai-error.ts';
import type { CursorPageParams } from '../types/stored.ts';
import { typeName } from '../wire/type-name.ts';
import type { APIClient, PageConstructor } from './api-client.ts';
import { APIPromise } from './api-promise.ts';
import type { FinalRequestOptions } from './options.ts';
import { readResponse } from './response.ts';
import type { APIResponseProps } from './send.ts';

export type PageRequestOptions = Pick<FinalRequestOptions, 'query' | 'headers' | 'body' | 'path' | 'method'>;

/** One page. Iterating it asynchronously yields its items and those of every page after it, fetched when reached. */
export abstract class AbstractPage<Item> implements AsyncIterable<Item> {
  #client: APIClient;
  protected options: FinalRequestOptions;
  protected response: Response;
  protected body: any;

  constructor(client: APIClient, response: Response, body: unknown, options: FinalRequestOptions) {
    this.#client = client;
    this.options = options;
    this.response = response;
    this.body = body;
  }

  /** The options of the request for the next page. Null if this page does not say where the next one begins. */
  abstract nextPageRequestOptions(): PageRequestOptions | null;
  abstract getPaginatedItems(): Item[];

  hasNextPage(): boolean {
    return this.getPaginatedItems().length > 0 && this.nextPageRequestOptions() !== null;
  }

  /**
   * The next page. Throws an OpenAIError if the request for it is unknown, or the page has no client. Ignores
   * `has_more`.
   */
  async getNextPage(): Promise<this> {
    const options = this.nextPageRequestOptions();
    if (!options)
      throw new OpenAIError(
        'No next page expected; please check `.hasNextPage()` before calling `.getNextPage()`.',
      );
    if (!this.#client) throw new OpenAIError('The page has no client.');
    return this.#client.requestAPIList(this.constructor as any, options as FinalRequestOptions) as any;
  }

  /** This page, then all pages after it, including a last page without items. */
  async *iterPages(): AsyncGenerator<this> {
    yield this;
    for (let page = this as this | undefined; page?.hasNextPage();) yield (page = await page.getNextPage());
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    for await (const page of this.iterPages()) yield* page.getPaginatedItems();
  }
}

/** The first page when awaited; the items of all pages in `for await`. */
export class PagePromise<
  PageClass extends AbstractPage<Item>,
  Item = ReturnType<PageClass['getPaginatedItems']>[number],
>
  extends APIPromise<PageClass>
  implements AsyncIterable<Item>
{
  constructor(client: APIClient, request: Promise<APIResponseProps>, Page: PageConstructor<PageClass>) {
    super(client, request, async (owner, props) => {
      const body = await readResponse(props, 'a page');
      return new Page(owner, props.response, body, props.options) as any;
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    yield* (await this) as PageClass;
  }
}

export interface PageResponse<Item> {
  /** The items. */
  data: Array<Item>;
  /** `'list'`. */
  object: string;
}

export interface CursorPageResponse<Item> {
  /** The items of this page. */
  data: Array<Item>;
  /** Whether another page follows. */
  has_more: boolean;
}

export interface ConversationCursorPageResponse<Item> extends CursorPageResponse<Item> {
  /** Id of the last item: what `after` of the next page takes. */
  last_id: string;
}

export interface ConversationCursorPageParams extends CursorPageParams {}

export interface NextCursorPageResponse<Item> extends CursorPageResponse<Item> {
  /** What `after` of the next page takes; `null` on the last page. */
  next: string | null;
}

export interface NextCursorPageParams extends CursorPageParams {}

export interface TokenPageResponse<Item> extends NextCursorPageResponse<Item> {}

export interface TokenPageParams {
  /** The page to fetch: `next` of the page before. */
  page?: string;
  /** Items on a page. */
  limit?: number;
}

/**
 * The items of a page. Some servers send the list of all models without an object around it. Throws an APIError for
 * items that are no list.
 */
function itemsOf<Item>(body: { data?: Item[] | null } | Item[], response: Response): Item[] {
  const data = Array.isArray(body) ? body : ((body?.data as unknown) ?? []);
  if (body && Array.isArray(data)) return data;
  const message = `Expected a page with a list as data, got ${typeName(body && data)}`;
  throw new APIError(undefined, undefined, message, response?.headers);
}

/** A list that is whole. */
export class Page<Item> extends AbstractPage<Item> implements PageResponse<Item> {
  /** The items. */
  data: Array<Item> = itemsOf(this.body, this.response);
  /** `'list'`. */
  object: string = this.body.object;

  getPaginatedItems(): Item[] {
    return this.data ?? [];
  }

  nextPageRequestOptions(): PageRequestOptions | null {
    return null;
  }
}

/** A part of a list; subclasses say where the next begins and what query parameter that goes in. */
abstract class PartPage<Item> extends AbstractPage<Item> implements CursorPageResponse<Item> {
  /** The items of this page. */
  data: Array<Item> = itemsOf(this.body, this.response);
  /** Whether another page follows. */
  has_more: boolean = this.body.has_more || false;

  protected abstract nextQuery(): Record<string, string | null | undefined>;

  getPaginatedItems(): Item[] {
    return this.data ?? [];
  }

  override hasNextPage(): boolean {
    return this.has_more !== false && super.hasNextPage();
  }

  /** Throws an OpenAIError in the place of a page that leads back to one before it: there would be no end. */
  override async *iterPages(): AsyncGenerator<this> {
    const followed = new Set<string>();
    for await (const page of super.iterPages()) {
      // As text, since one that is an object is another object on each page.
      const cursor = `${Object.values(page.nextQuery())[0]}`;
      if (followed.has(cursor) && page.hasNextPage())
        throw new OpenAIError(`The list repeats the cursor ${cursor}.`);
      followed.add(cursor);
      yield page;
    }
  }

  nextPageRequestOptions(): PageRequestOptions | null {
    const next = this.nextQuery();
    if (!Object.values(next)[0]) return null;
    return { ...this.options, query: { ...this.options?.query, ...next } };
  }
}

/** The next page begins after the `id` of the last item. */
export class CursorPage<Item extends { id?: string | null }> extends PartPage<Item> {
  protected nextQuery(): Record<string, string | null | undefined> {
    return { after: this.getPaginatedItems().at(-1)?.id };
  }
}

/** The next page begins after `last_id`. */
export class ConversationCursorPage<Item>
  extends PartPage<Item>
  implements ConversationCursorPageResponse<Item>
{
  /** Id of the last item: what `after` of the next page takes. */
  last_id: string = this.body.last_id || '';

  protected nextQuery(): Record<string, string> {
    return { after: this.last_id };
  }
}

/** The next page begins after `next`. */
export class NextCursorPage<Item> extends PartPage<Item> implements NextCursorPageResponse<Item> {
  /** The cursor after which the next page starts. `null` on the last page. */
  next: string | null = this.body.next || null;

  protected nextQuery(): Record<string, string | null> {
    return { after: this.next };
  }
}

/** The next page is named by `next`. */
export class TokenPage<Item> extends NextCursorPage<Item> implements TokenPageResponse<Item> {
  protected override nextQuery(): Record<string, string | null> {
    return { page: this.next };
  }
}
