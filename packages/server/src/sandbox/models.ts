/** The models of a server that was given none. */
import { Models } from '../models/routing.ts';
import { sandboxModel, type SandboxOptions } from './model.ts';

/** One sandbox model under each of `names`. Default: its own name, which is listed, and every other. */
export function sandboxModels(options: SandboxOptions, names?: readonly string[]): Models {
  const model = sandboxModel(options);
  return new Models((names ?? [model.id, '*']).map((name) => ({ name, model })));
}
