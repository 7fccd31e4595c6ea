/** What this program runs on: environment variables, the runtime's name, and the headers that tell the server. */
import { VERSION } from '../version.ts';

/** The trimmed value of an environment variable; undefined when unset, blank or unreadable. Never throws. */
export function readEnv(name: string): string | undefined {
  const host = globalThis as any;
  try {
    return (host.process?.env?.[name] ?? host.Deno?.env?.get?.(name))?.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** `node`, `deno`, `edge`, `browser:chrome` (or another browser) or `unknown`. */
export function runtimeName(): string {
  return platformHeaders()['X-Stainless-Runtime']!;
}

/** Whether code here is visible to the person in front of it: a page, or a worker of a page. */
export function isRunningInBrowser(): boolean {
  return false;
}

let headers: Record<string, string> | undefined;

/** The `X-Stainless-*` headers that describe the platform; found once per process. */
export function platformHeaders(): Record<string, string> {
  return (headers ??= { 'X-Stainless-Lang': 'js', 'X-Stainless-Package-Version': VERSION });
}
