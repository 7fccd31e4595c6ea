/** The models of a server that was given none. */
import { Models } from '../models/routing.ts';
import { sandboxModel, type SandboxOptions } from './model.ts';

/** One sandbox model under its own name, which is listed, and under every other. */
export function sandboxModels(options: SandboxOptions): Models {
  const model = sandboxModel(options);
  return new Models([
    { name: model.id, model },
    { name: '*', model },
  ]);
}
