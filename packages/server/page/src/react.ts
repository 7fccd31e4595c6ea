/** What the Markdown library takes from React, out of Preact. */
export { cloneElement, createElement, Fragment } from 'preact';
export type { ComponentChild as ReactNode, JSX } from 'preact';
