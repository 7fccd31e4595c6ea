/**
 * What `require('colloquy')` gives: a function that makes a client with or without `new`, and carries every export.
 */
import * as root from '../index.ts';

type Root = typeof root &
  typeof root.OpenAI &
  ((...args: ConstructorParameters<typeof root.OpenAI>) => root.OpenAI);

const callable = function (...args: ConstructorParameters<typeof root.OpenAI>): root.OpenAI {
  return Reflect.construct(root.OpenAI, args, new.target ?? root.OpenAI) as root.OpenAI;
};
// A subclass or an instance must not be able to tell it from the class.
Object.setPrototypeOf(callable, root.OpenAI);
callable.prototype = root.OpenAI.prototype;
Object.defineProperty(callable, '__esModule', { value: true });

export default Object.assign(callable, root) as unknown as Root;
