/** What servers leave out of chunks and completions, add to them, and write differently. */
import { hash } from '../random.ts';
import {
  isFinish,
  withChoices,
  withMessage,
  type Deviation,
  type WireAnswer,
  type WireChoice,
  type WireMessage,
} from './wire.ts';

/** The id as this server makes it, and whatever else is the same on every chunk. */
export function envelope(make: (answer: WireAnswer) => object): Deviation {
  return () => {
    let made: object | undefined;
    return { each: (answer) => ({ ...answer, ...(made ??= make(answer)) }) };
  };
}

/** A number below `limit` that depends on the id alone. */
export const numberOf = (id: string | undefined, limit: number): number => hash(id ?? '') % limit;

/** Without the named fields. */
export function without(...names: string[]): Deviation {
  return () => ({
    each: (answer) =>
      Object.fromEntries(
        Object.entries(answer).filter(([name]) => !names.includes(name)),
      ) as unknown as WireAnswer,
  });
}

/** One header and the id of the completion are the same. */
export const generationId: Deviation = () => {
  const id = `gen-${Math.floor(Date.now() / 1000)}-${crypto.randomUUID().replaceAll('-', '').slice(0, 20)}`;
  return { each: (answer) => ({ ...answer, id }), headers: { 'x-generation-id': id } };
};

/** No index on a choice, so several cannot be told apart. */
export const choicesWithoutIndex: Deviation = () => ({
  each: (answer) => withChoices(answer, ({ index: _, ...choice }) => choice),
});

/** Fields that every choice has besides. */
export function onEveryChoice(make: (choice: WireChoice) => object): Deviation {
  return () => ({
    each: (answer) => withChoices(answer, (choice) => ({ ...choice, ...make(choice) })),
  });
}

/** Changes every delta of a stream, and leaves messages alone. */
export function onEveryDelta(change: (delta: WireMessage, choice: WireChoice) => WireMessage): Deviation {
  return () => ({
    each: (answer) =>
      withChoices(answer, (choice) =>
        choice.delta ? { ...choice, delta: change(choice.delta, choice) } : choice,
      ),
  });
}

export const roleOnEveryChunk: Deviation = onEveryDelta((delta) => ({ role: 'assistant', ...delta }));
export const roleNeverSent: Deviation = onEveryDelta(({ role: _, ...delta }) => delta);
export const roleNullLater: Deviation = onEveryDelta((delta) => ({ role: null, ...delta }));
/** The first delta has no text at all. */
export const firstContentNull: Deviation = onEveryDelta((delta) =>
  delta.role && delta.content === '' ? { ...delta, content: null } : delta,
);
/** `delta.index` beside the text. */
export const indexInDelta: Deviation = onEveryDelta((delta, { index }) => ({ index, ...delta }));

/** Text that reads as a number is one: `"content": 1`. */
export const numbersInContent: Deviation = onEveryDelta((delta) => {
  const { content } = delta;
  const isNumber = typeof content === 'string' && content !== '' && String(Number(content)) === content;
  return isNumber ? { ...delta, content: Number(content) } : delta;
});

/** The content is a list of parts, thoughts first; an empty string ends it. */
export const contentParts: Deviation = () => {
  const thought = { type: 'thinking', thinking: [{ type: 'text', text: 'The question is clear. ' }] };
  const parts = (content: unknown): unknown =>
    typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : content;
  return {
    async *chunks(chunks) {
      const thoughtful = new Set<number | undefined>();
      for await (const chunk of chunks) {
        yield withChoices(chunk, (choice) => {
          if (choice.finish_reason) return withMessage(choice, (delta) => ({ content: '', ...delta }));
          const isFirst = !thoughtful.has(choice.index);
          thoughtful.add(choice.index);
          return withMessage(choice, (delta) => {
            if (isFirst) return { ...delta, content: [thought] };
            return 'content' in delta ? { ...delta, content: parts(delta.content) } : delta;
          });
        });
      }
    },
    whole: (completion) =>
      withChoices(completion, (choice) =>
        withMessage(choice, ({ content, ...message }) => ({
          ...message,
          content: typeof content === 'string' ? [thought, { type: 'text', text: content }] : content,
        })),
      ),
  };
};

/** Finish reasons in this server's words. */
export function finishReasons(words: Record<string, string>): Deviation {
  return () => ({
    each: (answer) =>
      withChoices(answer, (choice) => {
        const word = words[choice.finish_reason ?? ''];
        return word === undefined ? choice : { ...choice, finish_reason: word };
      }),
  });
}

/** The same in streams only. */
export function finishReasonsInStreams(words: Record<string, string>): Deviation {
  const { each } = finishReasons(words)();
  return () => ({
    each: (answer) => (answer.choices.some(({ delta }) => delta) && each ? each(answer) : answer),
  });
}

/** `finish_reason: ""` until the end. */
export const emptyFinishReason: Deviation = () => ({
  each: (answer) =>
    withChoices(answer, (choice) => ({ ...choice, finish_reason: choice.finish_reason ?? '' })),
});

/** No `finish_reason` key until the end. */
export const noFinishKeyBeforeEnd: Deviation = () => ({
  each: (answer) =>
    withChoices(answer, ({ finish_reason: reason, ...choice }) =>
      reason ? { ...choice, finish_reason: reason } : choice,
    ),
});

/** The stream ends in `[DONE]` without having finished. */
export const finishStaysNull: Deviation = () => ({
  each: (answer) =>
    withChoices(answer, (choice) => (choice.delta ? { ...choice, finish_reason: null } : choice)),
});

/** The reason is under another name, beside a `finish_reason` that stays null. */
export const finishUnderOtherName: Deviation = () => ({
  each: (answer) =>
    withChoices(answer, (choice) =>
      choice.delta && choice.finish_reason
        ? { ...choice, finish_reason: null, finishReason: choice.finish_reason.toUpperCase() }
        : choice,
    ),
});

/** The chunk that finishes comes so many times. */
export function finishRepeated(times: number): Deviation {
  return () => ({
    async *chunks(chunks) {
      for await (const chunk of chunks) {
        for (let left = isFinish(chunk) ? times : 1; left > 0; left--) yield chunk;
      }
    },
  });
}

/** The last token and the reason come in one chunk. */
export const finishWithLastText: Deviation = () => ({
  async *chunks(chunks) {
    let held: WireAnswer | undefined;
    for await (const chunk of chunks) {
      const [last] = held?.choices ?? [];
      const [choice] = chunk.choices;
      if (held && last && choice?.finish_reason && last.index === choice.index && !last.finish_reason) {
        held = { ...held, choices: [{ ...last, finish_reason: choice.finish_reason }] };
        continue;
      }
      if (held) yield held;
      held = chunk;
    }
    if (held) yield held;
  },
});

/** A chunk before the first. */
export function chunkBefore(make: (first: WireAnswer) => WireAnswer): Deviation {
  return () => ({
    async *chunks(chunks) {
      let isFirst = true;
      for await (const chunk of chunks) {
        if (isFirst) yield make(chunk);
        isFirst = false;
        yield chunk;
      }
    },
  });
}

/** A chunk after each that finishes a choice. */
export function chunkAfterFinish(make: (finish: WireAnswer) => WireAnswer): Deviation {
  return () => ({
    async *chunks(chunks) {
      for await (const chunk of chunks) {
        yield chunk;
        if (isFinish(chunk)) yield make(chunk);
      }
    },
  });
}

/** Fields on the first chunk. */
export function onFirstChunk(fields: object): Deviation {
  return () => {
    let isFirst = true;
    return {
      async *chunks(chunks) {
        for await (const chunk of chunks) {
          yield isFirst ? { ...chunk, ...fields } : chunk;
          isFirst = false;
        }
      },
    };
  };
}

/** Fields on chunks that finish a choice, and on completions that are not streamed. */
export function onFinish(fields: object): Deviation {
  return () => ({ each: (answer) => (isFinish(answer) ? { ...answer, ...fields } : answer) });
}
