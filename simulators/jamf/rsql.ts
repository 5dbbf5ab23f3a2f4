/**
 * RSQL as far as the simulator knows it: comparisons joined by `;` or `and`, `,` or `or`, and grouped by parentheses
 * (facts/jamf-pro.md §2.3).
 */

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'out';

export type RsqlNode =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly RsqlNode[] }
  | {
      readonly kind: 'compare';
      readonly field: string;
      readonly operator: Operator;
      readonly values: readonly string[];
    };

/** The filter is not RSQL; the server answers 400. */
export class RsqlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RsqlError';
  }
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  '==': '==',
  '!=': '!=',
  '<': '<',
  '=lt=': '<',
  '<=': '<=',
  '=le=': '<=',
  '>': '>',
  '=gt=': '>',
  '>=': '>=',
  '=ge=': '>=',
  '=in=': 'in',
  '=out=': 'out',
};

/** @throws RsqlError */
export function parseRsql(text: string): RsqlNode {
  let at = 0;

  const skipSpace = (): void => {
    while (text[at] === ' ') at += 1;
  };
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return null;
    at += found[0].length;
    return found[1] ?? found[0];
  };
  const expect = (what: string, value: string | null): string => {
    if (value === null) throw new RsqlError(`${what} expected at position ${at} of the filter`);
    return value;
  };

  const parseValue = (): string => {
    skipSpace();
    return expect('a value', take(/"((?:[^"\\]|\\.)*)"/y) ?? take(/'((?:[^'\\]|\\.)*)'/y) ?? take(/[^\s;,()"'=<>!]+/y));
  };
  const parseComparison = (): RsqlNode => {
    const field = expect('a field', take(/[A-Za-z][\w.]*/y));
    skipSpace();
    const operator = OPERATORS[expect('an operator', take(/==|!=|=[a-z]+=|<=|>=|<|>/y))];
    if (operator === undefined) throw new RsqlError(`unknown operator before position ${at} of the filter`);
    if (operator !== 'in' && operator !== 'out') return { kind: 'compare', field, operator, values: [parseValue()] };
    skipSpace();
    expect('"("', take(/\(/y));
    const values = [parseValue()];
    skipSpace();
    while (take(/,/y) !== null) {
      values.push(parseValue());
      skipSpace();
    }
    expect('")"', take(/\)/y));
    return { kind: 'compare', field, operator, values };
  };
  const parseOne = (): RsqlNode => {
    skipSpace();
    if (take(/\(/y) === null) return parseComparison();
    const inner = parseJoined('or', / *(?:,| or )/y, parseAll);
    skipSpace();
    expect('")"', take(/\)/y));
    return inner;
  };
  const parseJoined = (kind: 'and' | 'or', separator: RegExp, next: () => RsqlNode): RsqlNode => {
    const first = next();
    const parts = [first];
    while (take(separator) !== null) parts.push(next());
    return parts.length === 1 ? first : { kind, parts };
  };
  const parseAll = (): RsqlNode => parseJoined('and', / *(?:;| and )/y, parseOne);

  const root = parseJoined('or', / *(?:,| or )/y, parseAll);
  skipSpace();
  if (at < text.length) throw new RsqlError(`nothing expected at position ${at} of the filter`);
  return root;
}
