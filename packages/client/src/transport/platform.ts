/** What this program runs on: environment variables, the runtime's name, and the headers that tell the server. */
import { VERSION } from '../version.ts';

const host = globalThis as any;

/** The trimmed value of an environment variable; undefined when unset, blank or unreadable. Never throws. */
export function readEnv(name: string): string | undefined {
  try {
    return (host.process?.env ? host.process.env[name] : host.Deno?.env?.get?.(name))?.trim() || undefined;
  } catch {
    return undefined; // Deno without permission to read it
  }
}

/**
 * Whether whoever is in front of this program can read its memory: a page, or a worker of a page. Servers with the
 * globals of a worker (Deno, Bun, Cloudflare, edge runtimes) are not.
 */
export function isRunningInBrowser(): boolean {
  const { window, navigator, WorkerGlobalScope, WorkerNavigator } = host;
  if (window?.document && navigator) return true;
  return (
    typeof WorkerGlobalScope === 'function' &&
    host.self instanceof WorkerGlobalScope &&
    typeof WorkerNavigator === 'function' &&
    navigator instanceof WorkerNavigator &&
    navigator.userAgent !== 'Cloudflare-Workers' &&
    !(host.Deno || host.Bun || host.EdgeRuntime || isNode())
  );
}

function isNode(): boolean {
  return Object.prototype.toString.call(host.process) === '[object process]'; // bundlers' stand-ins are plain objects
}

/** Name, what tells the browser, what its version follows. In this order: each also claims to be the later ones. */
const browsers: [string, RegExp, string][] = [
  ['edge', /Edge?\W/, 'Edge?'],
  ['ie', /MSIE|Trident/, '(?:MSIE|rv)'],
  ['chrome', /Chrome/, 'Chrome'],
  ['firefox', /Firefox/, 'Firefox'],
  ['safari', /Safari/, 'Version'],
];

const systems: [string, string][] = [
  ['ios', 'iOS'],
  ['android', 'Android'],
  ['darwin', 'MacOS'],
  ['win32', 'Windows'],
  ['freebsd', 'FreeBSD'],
  ['openbsd', 'OpenBSD'],
  ['linux', 'Linux'],
];

function systemName(name: string): string {
  name = name.toLowerCase();
  const known = systems.find(([part]) => (part === 'ios' ? name.includes(part) : name === part));
  return known ? known[1] : name ? `Other:${name}` : 'Unknown';
}

function archName(name: string): string {
  const known: Record<string, string> = { x86_64: 'x64', aarch64: 'arm64', '': 'unknown' };
  return known[name] ?? (/^(x32|x64|arm|arm64)$/.test(name) ? name : `other:${name}`);
}

/** Operating system, architecture, runtime, version of the runtime. */
function detect(): string[] {
  const { Deno, EdgeRuntime, process, navigator } = host;
  if (Deno?.build) {
    const { os, arch } = Deno.build;
    const version = typeof Deno.version === 'string' ? Deno.version : Deno.version?.deno;
    return [systemName(os), archName(arch), 'deno', version ?? 'unknown'];
  }
  if (EdgeRuntime) return ['Unknown', `other:${EdgeRuntime}`, 'edge', process?.version ?? 'unknown'];
  if (isNode()) {
    const { platform = 'unknown', arch = 'unknown', version = 'unknown' } = process;
    return [systemName(platform), archName(arch), 'node', version];
  }
  const agent: string = navigator?.userAgent ?? '';
  const browser = browsers.find(([, sign]) => sign.test(agent));
  if (!browser) return ['Unknown', 'unknown', 'unknown', 'unknown'];
  const version = new RegExp(`${browser[2]}\\W+(\\d+)\\.(\\d+)(?:\\.(\\d+))?`).exec(agent);
  const [major = 0, minor = 0, patch = 0] = version?.slice(1) ?? [];
  return ['Unknown', 'unknown', `browser:${browser[0]}`, `${major}.${minor}.${patch}`];
}

let headers: Record<string, string> | undefined;

/** The `X-Stainless-*` headers that describe the platform; found once per process, so do not change the object. */
export function platformHeaders(): Readonly<Record<string, string>> {
  if (!headers) {
    const [os, arch, runtime, version] = detect() as [string, string, string, string];
    headers = {
      'X-Stainless-Lang': 'js',
      'X-Stainless-Package-Version': VERSION,
      'X-Stainless-OS': os,
      'X-Stainless-Arch': arch,
      'X-Stainless-Runtime': runtime,
      'X-Stainless-Runtime-Version': version,
    };
  }
  return headers;
}
