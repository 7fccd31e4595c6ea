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

/** Name, sign in the user agent, what the version follows. In this order: each also claims to be the later ones. */
const browsers: [string, string, string?][] = [
  ['edge', 'Edge?\\W', 'Edge?'],
  ['ie', 'MSIE|Trident', '(?:MSIE|rv)'],
  ['chrome', 'Chrome'],
  ['firefox', 'Firefox'],
  ['safari', 'Safari', 'Version'],
];

const systems: Record<string, string> = {
  android: 'Android',
  darwin: 'MacOS',
  win32: 'Windows',
  freebsd: 'FreeBSD',
  openbsd: 'OpenBSD',
  linux: 'Linux',
  '': 'Unknown',
};

const architectures: Record<string, string> = { x86_64: 'x64', aarch64: 'arm64', '': 'unknown' };

function systemName(name: string): string {
  name = name.toLowerCase();
  return name.includes('ios') ? 'iOS' : (systems[name] ?? `Other:${name}`);
}

function architectureName(name: string): string {
  return architectures[name] ?? (/^(x32|x64|arm|arm64)$/.test(name) ? name : `other:${name}`);
}

/** Operating system, architecture, runtime, version of the runtime. */
function detect(): [string, string, string, string?] {
  const { Deno, EdgeRuntime, process, navigator } = host;
  if (Deno?.build) {
    const { build, version } = Deno;
    return [systemName(build.os), architectureName(build.arch), 'deno', version?.deno ?? version];
  }
  if (EdgeRuntime) return ['Unknown', `other:${EdgeRuntime}`, 'edge', process?.version];
  if (isNode()) {
    const { platform = 'unknown', arch = 'unknown', version } = process;
    return [systemName(platform), architectureName(arch), 'node', version];
  }
  const agent: string = navigator?.userAgent ?? '';
  for (const [name, sign, mark = sign] of browsers) {
    if (!new RegExp(sign).test(agent)) continue;
    const version = new RegExp(`${mark}\\W+(\\d+)\\.(\\d+)(?:\\.(\\d+))?`).exec(agent) ?? [];
    return ['Unknown', 'unknown', `browser:${name}`, [1, 2, 3].map((part) => version[part] ?? 0).join('.')];
  }
  return ['Unknown', 'unknown', 'unknown'];
}

let headers: Record<string, string> | undefined;

/** The `X-Stainless-*` headers that describe the platform; found once per process, so do not change the object. */
export function platformHeaders(): Readonly<Record<string, string>> {
  if (!headers) {
    const [os, arch, runtime, version = 'unknown'] = detect();
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
