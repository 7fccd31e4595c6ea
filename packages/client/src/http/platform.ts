/** The platform: environment variables, the name of the runtime, and the headers that report it to the server. */
import { VERSION } from '../version.ts';
import { typeName } from '../wire/type-name.ts';

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
 * Whether the user of this program can read its memory: a page, or a worker of a page. Servers with the
 * globals of a worker (Deno, Bun, Cloudflare, edge runtimes) are not.
 */
export function isRunningInBrowser(): boolean {
  const { window, navigator, WorkerNavigator } = host;
  if (window?.document && navigator) return true;
  return (
    typeof WorkerNavigator === 'function' &&
    navigator instanceof WorkerNavigator &&
    navigator.userAgent !== 'Cloudflare-Workers' &&
    !(host.Deno || host.Bun || host.EdgeRuntime || isNode())
  );
}

function isNode(): boolean {
  return typeName(host.process) === '[object process]'; // bundlers' stand-ins are plain objects
}

/** Signs in the user agent, and what the version follows. In this order: each also claims to be the later ones. */
const browsers: Record<string, [sign: RegExp, mark: string]> = {
  edge: [/Edge?\W/, 'Edge?'],
  chrome: [/Chrome/, 'Chrome'],
  firefox: [/Firefox/, 'Firefox'],
  safari: [/Safari/, 'Version'],
};

const systems: Record<string, string> = {
  darwin: 'MacOS',
  win32: 'Windows',
  freebsd: 'FreeBSD',
  openbsd: 'OpenBSD',
  linux: 'Linux',
  android: 'Android',
};

/** What the headers say about the platform; an empty value is unknown. */
function headersOf(
  runtime: string,
  version: string | undefined,
  os: string = '',
  arch: string = '',
): Record<string, string> {
  os = os.toLowerCase();
  arch = { x86_64: 'x64', aarch64: 'arm64' }[arch] ?? arch;
  return {
    'X-Stainless-Lang': 'js',
    'X-Stainless-Package-Version': VERSION,
    'X-Stainless-OS': os.includes('ios') ? 'iOS' : (systems[os] ?? (os ? `Other:${os}` : 'Unknown')),
    'X-Stainless-Arch': /^(x32|x64|arm|arm64|)$/.test(arch) ? arch || 'unknown' : `other:${arch}`,
    'X-Stainless-Runtime': runtime || 'unknown',
    'X-Stainless-Runtime-Version': version || 'unknown',
  };
}

function detect(): Record<string, string> {
  const { Deno, EdgeRuntime, process, navigator } = host;
  if (Deno?.build) {
    const { build, version } = Deno;
    return headersOf('deno', version?.deno ?? version, build.os, build.arch);
  }
  if (EdgeRuntime) return headersOf('edge', process?.version, '', EdgeRuntime);
  if (isNode()) return headersOf('node', process.version, process.platform, process.arch);
  const agent: string = navigator?.userAgent ?? '';
  for (const [name, [sign, mark]] of Object.entries(browsers)) {
    if (!sign.test(agent)) continue;
    const found = new RegExp(`${mark}\\W+(\\d+)\\.(\\d+)(?:\\.(\\d+))?`).exec(agent) ?? [];
    return headersOf(`browser:${name}`, [1, 2, 3].map((part) => found[part] ?? 0).join('.'));
  }
  return headersOf('', '');
}

let headers: Record<string, string> | undefined;

/** The `X-Stainless-*` headers that describe the platform; found once per process, so do not change the object. */
export function platformHeaders(): Readonly<Record<string, string>> {
  return (headers ??= detect());
}
