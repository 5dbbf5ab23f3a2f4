import { parseRoute } from '../../../host/route-template';

describe('a path is matched', () => {
  test.each<{ route: string; path: string; values: Record<string, string> | null; why: string }>([
    { route: 'health', path: '/health', values: {}, why: 'a literal' },
    { route: '/health/', path: 'health', values: {}, why: 'slashes at the ends say nothing' },
    { route: 'health', path: '/health/', values: {}, why: 'nor does one at the end of the path' },
    { route: 'health', path: '/Health', values: {}, why: 'whatever the case of a literal' },
    { route: 'V1/Sweeps', path: '/v1/sweeps', values: {}, why: 'on either side' },
    { route: 'health', path: '/healthy', values: null, why: 'not by its beginning' },
    { route: 'health', path: '/', values: null, why: 'not with less' },
    { route: 'health', path: '/health/x', values: null, why: 'not with more' },
    { route: 'v1/runs/{runId}', path: '/v1/runs/r-1', values: { runId: 'r-1' }, why: 'a name' },
    { route: 'v1/runs/{runId}', path: '/v1/runs/R-1', values: { runId: 'R-1' }, why: 'a value keeps its case' },
    { route: 'v1/runs/{runId}', path: '/v1/runs', values: null, why: 'a name needs a value' },
    { route: 'v1/runs/{runId}', path: '/v1/runs/', values: null, why: 'an empty one is none' },
    { route: 'v1/runs/{runId?}', path: '/v1/runs', values: {}, why: 'unless it is optional' },
    { route: 'v1/runs/{runId?}', path: '/v1/runs/', values: {}, why: 'with a slash, too' },
    { route: 'v1/runs/{runId?}', path: '/v1/runs/r-1', values: { runId: 'r-1' }, why: 'and with it' },
    { route: 'v1/runs/{runId?}', path: '/v1/runs/r-1/x', values: null, why: 'but not with more' },
    { route: 'v1/runs/{runId?}', path: '/v1', values: null, why: 'nor without what stands before' },
    { route: '{a}/x/{b}', path: '/1/x/2', values: { a: '1', b: '2' }, why: 'names anywhere' },
    { route: 'entries/{phone}', path: '/entries/%2B15550100', values: { phone: '+15550100' }, why: 'what was encoded' },
    { route: 'entries/{phone}', path: '/entries/a%2Fb', values: { phone: 'a/b' }, why: 'a slash that was encoded' },
    { route: 'entries/{phone}', path: '/entries/a%20b+c', values: { phone: 'a b+c' }, why: 'a plus is a plus' },
    { route: 'entries/{phone}', path: '/entries/%zz', values: null, why: 'not what is wrongly encoded' },
    { route: 'entries/{phone}', path: '/entries/%ff', values: null, why: 'nor what is no text' },
    { route: '', path: '/', values: {}, why: 'the root' },
    {
      route: '{proto}',
      path: '/__proto__',
      values: { proto: '__proto__' },
      why: 'a value that is a word of the language',
    },
  ])('$why: $route, $path', ({ route, path, values }) => {
    expect(parseRoute(route).match(path)).toEqual(values);
  });
});

describe('a route says more than another', () => {
  test.each([
    { more: 'v1/runs/newest', less: 'v1/runs/{runId}' },
    { more: 'v1/runs/{runId}/approve', less: 'v1/runs/{runId}/{action}' },
    { more: 'health', less: '{anything}' },
  ])('$more before $less', ({ more, less }) => {
    expect(parseRoute(more).weight).toBeGreaterThan(parseRoute(less).weight);
  });
});

describe('what this host does not know is refused when the route is read', () => {
  test.each([
    { route: 'v1/{id:int}', why: 'a constraint' },
    { route: 'v1/{id:regex(^a$)}', why: 'a pattern' },
    { route: 'v1/{*rest}', why: 'a wildcard' },
    { route: 'v1/*', why: 'an asterisk' },
    { route: 'v1/{id}.json', why: 'a name in the middle of a segment' },
    { route: 'v1/{id=1}', why: 'a default' },
    { route: 'v1/{}', why: 'a name that is none' },
    { route: 'v1/{id', why: 'half of a name' },
  ])('$why: $route', ({ route }) => {
    expect(() => parseRoute(route)).toThrow(route);
  });

  test('an optional segment that is not the last', () => {
    expect(() => parseRoute('v1/{runId?}/approve')).toThrow(/only the last segment/);
  });
});
