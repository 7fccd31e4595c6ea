import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SettingError } from '../config.ts';
import { faultNames, readFault } from './faults.ts';

describe('a list of faults', () => {
  it('is read whatever the spaces, the order and the empty items are', () => {
    const read = { status: 429, retryHeaders: { 'retry-after': '2' }, times: 2 };
    for (const text of ['status=429;retry-after=2;times=2', ' times = 2 ; retry-after=2s;;status=429 ;']) {
      expect(readFault(text)).toEqual({ text, ...read });
    }
  });

  it('has times in seconds or milliseconds', () => {
    expect(readFault('slow=200ms').slow).toBe(200);
    expect(readFault('slow=1.5s').slow).toBe(1_500);
    expect(readFault('status=429;retry-after=50ms').retryHeaders).toEqual({ 'retry-after-ms': '50' });
  });

  it('that names pings alone means pings and nothing else', () => {
    expect(readFault('keepalive=1s').stallAfter).toBe(0);
    expect(readFault('keepalive=1s;slow=2s').stallAfter).toBeUndefined();
    expect(readFault('keepalive=1s;cut-after=2').stallAfter).toBeUndefined();
  });

  it('that is wrong is refused, with the reason', () => {
    for (const [text, reason] of [
      ['', 'must name a fault'],
      [' ; ', 'must name a fault'],
      [
        'stal-after=3',
        "must name a fault, not 'stal-after'. Did you mean 'stall-after'? The faults are stall-after, cut-after",
      ],
      ['__proto__', "must name a fault, not '__proto__'. The"],
      ['stall-after', "needs a number of chunks, such as 'stall-after=3', and got no value"],
      ['stall-after=-1', "not '-1'"],
      ['reset=1', "has a value for 'reset', which takes none"],
      ['slow=200', "such as 'slow=200ms', not '200'"],
      ['slow=0ms', "such as 'slow=200ms'"],
      ['status=200', 'an error status from 400 to 599'],
      ['status=429;status=500', "has 'status' twice"],
      ['cut-after=1;stall-after=2', "has both 'cut-after' and 'stall-after'"],
      ['reset;status=500', "has both 'reset' and 'status'"],
      ['retry-after=1', "add 'status=429'"],
      ['times=2', "has 'times' without another fault"],
      ['rate=0.5;times=2', "has 'rate' without another fault"],
      ['status=500;rate=1.5', "a share of the requests from 0 to 1, such as 'rate=0.2', not '1.5'"],
      ['status=500;rate=-1', "not '-1'"],
      ['status=500;rate', 'and got no value'],
    ] as const) {
      expect(() => readFault(text), text).toThrow(SettingError);
      expect(() => readFault(text), text).toThrow(reason);
    }
  });

  it('can carry an error status with a page or with nothing', () => {
    expect(readFault('html;status=503')).toMatchObject({ instead: 'html', status: 503 });
    expect(readFault('status=502;empty')).toMatchObject({ instead: 'empty', status: 502 });
  });

  it('is read or refused, whatever the text', () => {
    const item = fc.oneof(
      fc.constantFrom(...faultNames),
      fc
        .tuple(fc.constantFrom(...faultNames), fc.constantFrom('3', '2s', '50ms', '500', 'x', ''))
        .map((pair) => pair.join('=')),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(item, { maxLength: 4 }), (items) => {
        const text = items.join(';');
        try {
          expect(readFault(text).text).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SettingError);
        }
      }),
    );
  });
});
