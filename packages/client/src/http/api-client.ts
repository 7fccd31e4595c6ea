/** The part of a client that resources, pages and streams need. Types only. */

import type { Logger, LogLevel } from '../log/log.ts';
import type { APIPromise } from './api-promise.ts';
import type { FinalRequestOptions, PromiseOrValue, RequestOptions } from './options.ts';
import type { AbstractPage, PagePromise } from './page.ts';

/** How a page is made; the response and options are kept for the page after it. */
export type PageConstructor<PageClass extends AbstractPage<any>> = new (
  client: any,
  response: Response,
  body: any,
  options: FinalRequestOptions,
) => PageClass;

/** What resources, pages and streams need from a client. */
export interface APIClient {
  /** Receives log lines without credentials. */
  logger: Logger;
  /** The least severe level that is logged. */
  logLevel: LogLevel | undefined;
  get<Rsp>(path: string, options?: PromiseOrValue<RequestOptions>): APIPromise<Rsp>;
  post<Rsp>(path: string, options?: PromiseOrValue<RequestOptions>): APIPromise<Rsp>;
  put<Rsp>(path: string, options?: PromiseOrValue<RequestOptions>): APIPromise<Rsp>;
  patch<Rsp>(path: string, options?: PromiseOrValue<RequestOptions>): APIPromise<Rsp>;
  delete<Rsp>(path: string, options?: PromiseOrValue<RequestOptions>): APIPromise<Rsp>;
  request<Rsp>(
    options: PromiseOrValue<FinalRequestOptions>,
    remainingRetries?: number | null,
  ): APIPromise<Rsp>;
  getAPIList<Item, PageClass extends AbstractPage<Item> = AbstractPage<Item>>(
    path: string,
    Page: PageConstructor<PageClass>,
    options?: PromiseOrValue<RequestOptions>,
  ): PagePromise<PageClass, Item>;
  requestAPIList<Item = unknown, PageClass extends AbstractPage<Item> = AbstractPage<Item>>(
    Page: PageConstructor<PageClass>,
    options: PromiseOrValue<FinalRequestOptions>,
  ): PagePromise<PageClass, Item>;
}
