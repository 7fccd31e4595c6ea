import { describe, expect, it } from 'vitest';
import { takeAll } from '../../test/support/take.ts';
import { EventDecoder } from './sse.ts';

const events = (
  ...pieces: Parameters<EventDecoder['push']>[0][]
): { event: string | null; data: string }[] => {
  return takeAll(new EventDecoder(), pieces).map(({ event, data }) => ({ event, data }));
};
const data = (text: string): string[] => events(text).map((event) => event.data);

describe('EventDecoder', () => {
  it('joins several data lines with a line feed', () => {
    expect(data('data: a\ndata:\ndata: b\n\n')).toEqual(['a\n\nb']);
  });

  it('takes one space after the colon away and keeps the others', () => {
    expect(data('data:a\n\ndata: a\n\ndata:  a\n\ndata:\ta\n\n')).toEqual(['a', 'a', ' a', '\ta']);
  });

  it('reads a field without a colon as empty', () => {
    expect(events('data\n\nevent\ndata: x\n\n')).toEqual([
      { event: null, data: '' },
      { event: '', data: 'x' },
    ]);
  });

  it('gives an event that has a name and no data', () => {
    expect(events('event: ping\n\n')).toEqual([{ event: 'ping', data: '' }]);
  });

  it('yields nothing for comments, ids, retry times and unknown fields', () => {
    expect(events(': keep-alive\n\nid: 1\nretry: 5\nData: x\nevents: y\n\n\n\n')).toEqual([]);
  });

  it('keeps every line of an event in raw, and those of a comment before it', () => {
    const wire = ': hi\n\nid: 3\r\ndata: 1\n\ndata: 2\n\n';
    expect(takeAll(new EventDecoder(), [wire]).map((event) => event.raw)).toEqual([
      ': hi\nid: 3\ndata: 1',
      'data: 2',
    ]);
  });

  it('forgets an event name once the event is given', () => {
    expect(events('event: a\ndata: 1\n\ndata: 2\n\n').map((event) => event.event)).toEqual(['a', null]);
  });

  it('drops a byte order mark at the start of the stream only', () => {
    expect(data('\uFEFFdata: 1\n\n\uFEFFdata: 2\n\ndata: \uFEFF3\n\n')).toEqual(['1', '\uFEFF3']);
  });

  it('takes bytes, buffers and strings mixed, and skips null', () => {
    const bytes = new TextEncoder().encode('data: é\n\n');
    expect(
      events(bytes, null, 'data: 2\n\n', undefined, bytes.slice().buffer, bytes.subarray(0, 7)).map(
        (e) => e.data,
      ),
    ).toEqual(['é', '2', 'é', '\uFFFD']);
  });

  it('gives an event that the end of the input leaves open', () => {
    expect(data('data: 1\n\ndata: 2')).toEqual(['1', '2']);
    expect(data('data: 1\n')).toEqual(['1']);
    expect(data('')).toEqual([]);
  });
});

it.each([
  ['error: {"message":"m"}\n\n', '{"message":"m"}', 'error'],
  ['{"error":{"message":"m"}}\n\n', '{"error":{"message":"m"}}', null],
  ['{ "object": "error", "message": "m"}\n', '{ "object": "error", "message": "m"}', null],
])('an error without data, %j, is an event', (wire, data, event) => {
  expect(takeAll(new EventDecoder(), [wire])).toMatchObject([{ event, data }]);
});

it('other objects on a line of their own are no event', () => {
  expect(takeAll(new EventDecoder(), ['{"model":"m"}\n\n[1]\n\nnocolon\n\n'])).toEqual([]);
});
