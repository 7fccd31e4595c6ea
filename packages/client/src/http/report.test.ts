import { expect, test } from 'vitest';
import { formatRequestDetails, redactURL } from './report.ts';

test('a URL is shown without its user and password', () => {
  expect(redactURL('https://me:pw@h/x?a=b@c')).toBe('https://h/x?a=b@c');
});

test('request details hold no body, no option headers, and headers as a plain object', () => {
  const options = {
    method: 'post',
    body: { messages: ['secret plan'] },
    headers: { authorization: 'x' },
  };
  const details = {
    options,
    url: 'http://u:p@h/x',
    headers: new Headers({ 'X-A': '1' }),
    body: 'secret plan',
  };
  expect(formatRequestDetails(details)).toEqual({
    options: { method: 'post', body: { type: 'Object' } },
    url: 'http://h/x',
    headers: { 'x-a': '1' },
    body: { type: 'string', length: 11 },
  });
  expect(options.headers.authorization).toBe('x');
});
