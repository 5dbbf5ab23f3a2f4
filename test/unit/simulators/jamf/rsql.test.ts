import { parseRsql, RsqlError } from '../../../../simulators/jamf/rsql';
import type { RsqlNode } from '../../../../simulators/jamf/rsql';

const compare = (field: string, operator: string, ...values: string[]) => ({
  kind: 'compare',
  field,
  operator,
  values,
});

test.each<readonly [filter: string, expected: unknown]>([
  ['managed==false', compare('managed', '==', 'false')],
  ['managed == "false"', compare('managed', '==', 'false')],
  ['a=ge="x y"', compare('a', '>=', 'x y')],
  ['a>=5', compare('a', '>=', '5')],
  ['a=lt=5', compare('a', '<', '5')],
  ["a!='b'", compare('a', '!=', 'b')],
  ['a=in=(1,2, "3")', compare('a', 'in', '1', '2', '3')],
  ['a=out=(1)', compare('a', 'out', '1')],
  ['name==phone*', compare('name', '==', 'phone*')],
  ['a==1;b==2', { kind: 'and', parts: [compare('a', '==', '1'), compare('b', '==', '2')] }],
  ['a==1 and b==2', { kind: 'and', parts: [compare('a', '==', '1'), compare('b', '==', '2')] }],
  ['a==1,b==2', { kind: 'or', parts: [compare('a', '==', '1'), compare('b', '==', '2')] }],
  ['a==1 or b==2', { kind: 'or', parts: [compare('a', '==', '1'), compare('b', '==', '2')] }],
])('%s', (filter, expected) => {
  expect(parseRsql(filter)).toEqual(expected);
});

test('and binds tighter than or; parentheses bind tightest', () => {
  const shape = (node: RsqlNode): unknown =>
    node.kind === 'compare' ? node.field : { [node.kind]: node.parts.map(shape) };
  expect(shape(parseRsql('a==1;b==2,c==3'))).toEqual({ or: [{ and: ['a', 'b'] }, 'c'] });
  expect(shape(parseRsql('a==1;(b==2,c==3)'))).toEqual({ and: ['a', { or: ['b', 'c'] }] });
});

test.each([
  ['nothing', ''],
  ['no operator', 'managed'],
  ['no value', 'managed=='],
  ['an operator that does not exist', 'a=near=5'],
  ['an open quote', 'a=="b'],
  ['an open list', 'a=in=(1'],
  ['an open parenthesis', '(a==1'],
  ['something behind the end', 'a==1 b==2'],
])('%s is refused', (_why, filter) => {
  expect(() => parseRsql(filter)).toThrow(RsqlError);
});
