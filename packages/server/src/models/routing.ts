/** Maps names to models. The first route that matches is used. */
import { ApiError } from '../http/errors.ts';
import type { ChatModel } from './model.ts';

/** One name and the model behind it. A name that ends in `*` stands for every name that begins like it. */
export interface Route {
  name: string;
  model: ChatModel;
}

/** A model as `GET /models` lists it. */
export interface ModelCard {
  id: string;
  object: 'model';
  /** Unix seconds. */
  created: number;
  owned_by: string;
}

/** The models of a server. Names are case-sensitive. */
export class Models {
  readonly #exact = new Map<string, ChatModel>();
  readonly #prefixes: { prefix: string; model: ChatModel }[] = [];

  constructor(routes: Iterable<Route>) {
    for (const { name, model } of routes) {
      if (name.endsWith('*')) this.#prefixes.push({ prefix: name.slice(0, -1), model });
      else if (!this.#exact.has(name) && !this.#byPrefix(name)) this.#exact.set(name, model);
    }
  }

  /** The card of each complete name. Names that only match a `*` route are served, but not listed. */
  list(): ModelCard[] {
    return [...this.#exact].map(([name, model]) => cardOf(name, model));
  }

  /** The card of a name that is served. Throws like `find`. */
  card(name: string): ModelCard {
    return cardOf(name, this.find(name));
  }

  /** The model for `name`. Throws a 404 with the code `model_not_found` for an unknown name. */
  find(name: string): ChatModel {
    const model = this.#exact.get(name) ?? this.#byPrefix(name);
    if (model) return model;
    throw new ApiError(404, `The model '${name}' does not exist or you do not have access to it.`, {
      code: 'model_not_found',
    });
  }

  #byPrefix(name: string): ChatModel | undefined {
    return this.#prefixes.find(({ prefix }) => name.startsWith(prefix))?.model;
  }
}

function cardOf(name: string, model: ChatModel): ModelCard {
  return { id: name, object: 'model', created: model.created, owned_by: model.ownedBy };
}
