/** What makes `require('colloquy')` a function. The build appends a call of `callable` to the CommonJS root. */

type Class = new (...args: any[]) => object;

/** A function that makes a client with or without `new`, carries every export, and passes for the class in `instanceof`. */
export function callable(exports: { OpenAI: Class }): object {
  const { OpenAI } = exports;
  const root = function (...args: unknown[]): object {
    return Reflect.construct(OpenAI, args, new.target ?? OpenAI) as object;
  };
  root.prototype = OpenAI.prototype;
  Object.setPrototypeOf(root, OpenAI);
  Object.defineProperty(root, '__esModule', { value: true });
  return Object.assign(root, exports);
}
