/** Where servers put what a model thinks before it answers. The sandbox has no thoughts: these are the same for all. */
import { withChoices, withMessage, type Deviation, type WireAnswer, type WireMessage } from './wire.ts';

export const thoughts = ['First, ', 'what is ', 'asked? ', 'Then ', 'I answer.'];
const thought = thoughts.join('');

/**
 * A chunk for each fragment of the thoughts, after the first chunk of each choice; `say` writes the delta from the
 * fragment and from all there was until then.
 */
function thinking(
  say: (fragment: string, soFar: string) => WireMessage,
  whole: (message: WireMessage) => WireMessage,
): Deviation {
  return () => ({
    async *chunks(chunks) {
      const started = new Set<number | undefined>();
      for await (const chunk of chunks) {
        yield chunk;
        const [choice] = chunk.choices;
        if (!choice || started.has(choice.index)) continue;
        started.add(choice.index);
        let soFar = '';
        for (const fragment of thoughts) {
          soFar += fragment;
          yield { ...chunk, choices: [{ ...choice, delta: say(fragment, soFar) }] };
        }
      }
    },
    whole: (completion) => withMessages(completion, whole),
  });
}

const withMessages = (answer: WireAnswer, change: (message: WireMessage) => WireMessage): WireAnswer =>
  withChoices(answer, (choice) => withMessage(choice, change));

/** In a field of its own: `reasoning_content` or `reasoning`. */
export function reasoningIn(field: 'reasoning_content' | 'reasoning'): Deviation {
  return thinking(
    (fragment) => ({ [field]: fragment }),
    (message) => ({ ...message, [field]: thought }),
  );
}

/** Every chunk repeats all of it so far. */
export const reasoningCumulative: Deviation = thinking(
  (_, soFar) => ({ reasoning_content: soFar }),
  (message) => ({ ...message, reasoning_content: thought }),
);

/** As text, and again as a list of details. */
export const reasoningWithDetails: Deviation = thinking(
  (text) => ({ role: 'assistant', content: '', reasoning: text, reasoning_details: details(text) }),
  (message) => ({ ...message, reasoning: thought, reasoning_details: details(thought) }),
);

const details = (text: string): object[] => [{ type: 'reasoning.text', text, format: null, index: 0 }];

/** In the content itself, between tags. Where there is no content, as beside tool calls, that is all of it. */
export const reasoningInContent: Deviation = thinking(
  (fragment, soFar) => ({
    content: `${soFar === fragment ? '<reasoning>' : ''}${fragment}${soFar === thought ? '</reasoning>' : ''}`,
  }),
  (message) => ({
    ...message,
    content: `<reasoning>${thought}</reasoning>${typeof message.content === 'string' ? message.content : ''}`,
  }),
);
