/** What servers do to the bytes: their spelling of events, pings and ends. */
import type { Deviation } from './wire.ts';

/** `data:{…}`. */
export const noSpaceAfterData: Deviation = () => ({
  text: ({ event, end, failure }) => ({
    event: (value) => withoutSpace(event(value)),
    end: () => withoutSpace(end()),
    failure: (body) => withoutSpace(failure(body)),
  }),
});

const withoutSpace = (text: string): string => text.replaceAll(/^(data|event): /gm, '$1:');

/** What this server sends to keep a connection awake: before the first event, and before every eighth of the others. */
export function pings(ping: () => string): Deviation {
  return () => {
    let events = 0;
    return {
      text: ({ event }) => ({
        event: (value) => (events++ % 8 === 0 ? ping() : '') + event(value),
        ping,
      }),
    };
  };
}

/** `2025-04-13 03:55:09.637000+00:00`: a time as Python prints it. */
export const pythonTime = (): string => new Date().toISOString().replace('T', ' ').replace('Z', '000+00:00');

/** The blank line after `[DONE]` is missing. */
export const doneWithoutBlankLine: Deviation = () => ({ text: () => ({ end: () => 'data: [DONE]\n' }) });

export const doneTwice: Deviation = () => ({ text: ({ end }) => ({ end: () => end() + end() }) });

/** An event begins in the middle of the one before. Which is lost, and with it what it said. */
export const gluedFrames: Deviation = () => {
  let events = 0;
  return {
    text: ({ event }) => ({
      event: (value) => {
        const text = event(value);
        return ++events === 3 ? text.slice(0, text.indexOf('chat.completion.c') + 17) : text;
      },
    }),
  };
};

/** Blank lines before the JSON, which kept the connection awake while the model was thinking. */
export const blankLinesBeforeBody: Deviation = () => ({ body: (json) => `\n\n\n${json}` });
