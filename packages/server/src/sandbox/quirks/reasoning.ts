/**
 * Where servers put what a model thinks before it replies: the reasoning of a fixture, which the sandbox sends as
 * `reasoning_content`. Without one the sandbox has no thoughts, and sends the same few words for all.
 */
import { withChoices, withMessage, type Deviation, type WireAnswer, type WireMessage } from './wire.ts';

export const thoughts = ['First, ', 'what is ', 'asked? ', 'Then ', 'I answer.'];

interface Fragment {
  text: string;
  /** All of the reasoning until here, this fragment included. */
  soFar: string;
  isLast: boolean;
}

/** The reasoning of one choice while its chunks pass. */
interface Thinking {
  /** The first chunk of the choice, whose fields the chunks of the reasoning have. */
  first: WireAnswer;
  soFar: string;
  /** A fragment that may be the last one; the next chunk shows whether it is. */
  held: string | undefined;
}

/**
 * A chunk for each fragment of the reasoning, after the first chunk of each choice; `say` writes its delta, and `whole` puts
 * all of the reasoning into a message.
 */
function thinking(
  say: (fragment: Fragment) => WireMessage,
  whole: (message: WireMessage, reasoning: string) => WireMessage,
): Deviation {
  const chunkOf = ({ first }: Thinking, fragment: Fragment): WireAnswer => ({
    ...first,
    choices: first.choices.map((choice) => ({ ...choice, delta: say(fragment) })),
  });
  return () => ({
    async *chunks(chunks) {
      const all = new Map<number | undefined, Thinking | 'done'>();
      for await (const chunk of chunks) {
        const [choice] = chunk.choices;
        const state = choice && all.get(choice.index);
        if (!choice || state === 'done') yield chunk;
        else if (!state) {
          all.set(choice.index, { first: chunk, soFar: '', held: undefined });
          yield chunk;
        } else {
          const own = choice.delta?.['reasoning_content'];
          const isMore = typeof own === 'string';
          const ready = state.held === undefined && !isMore ? thoughts : [state.held ?? []].flat();
          for (const [index, text] of ready.entries()) {
            state.soFar += text;
            const isLast = !isMore && index === ready.length - 1;
            yield chunkOf(state, { text, soFar: state.soFar, isLast });
          }
          if (isMore) state.held = own;
          else {
            all.set(choice.index, 'done');
            yield chunk;
          }
        }
      }
    },
    whole: (completion) =>
      withMessages(completion, ({ reasoning_content: own, ...message }) =>
        whole(message, typeof own === 'string' ? own : thoughts.join('')),
      ),
  });
}

const withMessages = (answer: WireAnswer, change: (message: WireMessage) => WireMessage): WireAnswer =>
  withChoices(answer, (choice) => withMessage(choice, change));

/** In a field of its own: `reasoning_content` or `reasoning`. */
export function reasoningIn(field: 'reasoning_content' | 'reasoning'): Deviation {
  return thinking(
    ({ text }) => ({ [field]: text }),
    (message, reasoning) => ({ ...message, [field]: reasoning }),
  );
}

/** Every chunk repeats all of it so far. */
export const reasoningCumulative: Deviation = thinking(
  ({ soFar }) => ({ reasoning_content: soFar }),
  (message, reasoning) => ({ ...message, reasoning_content: reasoning }),
);

/** As text, and again as a list of details. */
export const reasoningWithDetails: Deviation = thinking(
  ({ text }) => ({ role: 'assistant', content: '', reasoning: text, reasoning_details: details(text) }),
  (message, reasoning) => ({ ...message, reasoning, reasoning_details: details(reasoning) }),
);

const details = (text: string): object[] => [{ type: 'reasoning.text', text, format: null, index: 0 }];

/** In the content itself, between tags. Where there is no content, as beside tool calls, that is all of it. */
export const reasoningInContent: Deviation = thinking(
  ({ text, soFar, isLast }) => ({
    content: `${soFar === text ? '<reasoning>' : ''}${text}${isLast ? '</reasoning>' : ''}`,
  }),
  (message, reasoning) => ({
    ...message,
    content: `<reasoning>${reasoning}</reasoning>${typeof message.content === 'string' ? message.content : ''}`,
  }),
);
