/** Makes `require('colloquy')` callable. The build appends a call of `callable` to the CommonJS root. */

type Class = new (...args: any[]) => object;

/**
 * Returns a function that creates a client with or without `new`. It has every export, and works as the class in
 * `instanceof`.
 */
export function callable(exports: { OpenAI: Class }): object {
  const Client = exports.OpenAI;
  function OpenAI(...args: unknown[]): object {
    return Reflect.construct(Client, args, new.target ?? Client) as object;
  }
  OpenAI.prototype = Client.prototype;
  Object.setPrototypeOf(OpenAI, Client);
  Object.defineProperty(OpenAI, '__esModule', { value: true });
  return Object.assign(OpenAI, exports);
}
