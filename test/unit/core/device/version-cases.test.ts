/** Published cases of version rules, row by row. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { androidApiLevel } from '../../../../core/device/android-release';
import { buildChannel, compareAppleBuilds, isSameRelease } from '../../../../core/device/apple-build';
import {
  compareAppleVersions,
  joinAppleVersion,
  parseAppleVersion,
} from '../../../../core/device/compare-apple-version';
import {
  compareAppVersions,
  compareMessagesNames,
  GOOGLE_MESSAGES,
  messagesChannel,
  parseClientVersion,
  parseMessagesName,
} from '../../../../core/device/messages-version';
import { parsePatchLevel } from '../../../../core/device/security-patch';
import { describeWithVectors, vectorPath } from '../../../support/vectors';

const texts = z.array(z.string());
const cases = z.object({
  ios_order_ascending: texts,
  ios_equal: z.array(z.array(z.union([z.string(), z.object({ version: z.string(), extra: z.string() })])).length(2)),
  ios_min_26_5: z.object({ pass: texts, fail: texts, unknown: texts }),
  ios_build_channel: z.object({ release: texts, beta: texts, bsi: texts, other_platform: texts }),
  ios_build_same_release: z.array(texts.length(2)),
  ios_build_order_ascending: texts,
  android_release_to_api: z.record(z.string(), z.number()),
  android_order_ascending: texts,
  'spl_min_2026-09-05': z.object({ pass: texts, fail: texts, unknown: z.array(z.string().nullable()) }),
  messages_codes: z.array(z.tuple([z.string(), z.string()])),
  messages_name_order_ascending: texts,
  messages_channel: z.object({ production: texts, openbeta: texts, unknown: texts }),
  acs_client_version_to_messages: z.array(z.tuple([z.string(), z.string()])),
});

/** Every pair of an ascending list, not only neighbours. */
function ascending<T>(list: readonly T[], compare: (one: T, other: T) => number): void {
  list.forEach((one, at) => {
    list.forEach((other, then) => {
      expect([one, other, Math.sign(compare(one, other))]).toEqual([one, other, Math.sign(at - then)]);
    });
  });
}

/** NaN for what cannot be compared, so that no expectation of an order can hold. */
function compareApple(one: string, other: string): number {
  const [left, right] = [parseAppleVersion(one), parseAppleVersion(other)];
  return left === null || right === null ? Number.NaN : compareAppleVersions(left, right);
}

describeWithVectors('published version cases', () => {
  const read = (): z.infer<typeof cases> =>
    cases.parse(JSON.parse(readFileSync(vectorPath('rcs-autoconfig', 'version-cases.json'), 'utf8')));

  test('iOS versions ascend', () => {
    ascending(read().ios_order_ascending, compareApple);
  });

  test('iOS versions that are equal', () => {
    const text = (each: string | { version: string; extra: string } | undefined): string =>
      typeof each === 'object' ? joinAppleVersion(each.version, each.extra) : (each ?? '');
    for (const [one, other] of read().ios_equal)
      expect([one, other, compareApple(text(one), text(other))]).toEqual([one, other, 0]);
  });

  test('iOS versions against minimum 26.5', () => {
    const { pass, fail, unknown } = read().ios_min_26_5;
    expect(pass.filter((each) => !(compareApple(each, '26.5') >= 0))).toEqual([]);
    expect(fail.filter((each) => !(compareApple(each, '26.5') < 0))).toEqual([]);
    expect(unknown.filter((each) => parseAppleVersion(each) !== null)).toEqual([]);
  });

  test('channels of iOS builds', () => {
    const { release, beta, bsi, other_platform } = read().ios_build_channel;
    const channels = (builds: readonly string[]): string[] => [...new Set(builds.map(buildChannel))];
    expect(channels(release)).toEqual(['release']);
    expect(channels(beta)).toEqual(['beta']);
    expect(channels(bsi)).toEqual(['improvement']);
    expect(channels(other_platform)).toEqual(['other-platform']);
  });

  test('iOS builds of one release, and their order inside a letter', () => {
    const { ios_build_same_release, ios_build_order_ascending } = read();
    for (const [one = '', other = ''] of ios_build_same_release) expect(isSameRelease(one, other)).toBe(true);
    ascending(ios_build_order_ascending, (one, other) => compareAppleBuilds(one, other) ?? Number.NaN);
  });

  test('Android releases and their API levels', () => {
    const { android_release_to_api, android_order_ascending } = read();
    for (const [release, level] of Object.entries(android_release_to_api)) {
      expect([release, androidApiLevel(release)]).toEqual([release, level]);
    }
    ascending(
      android_order_ascending,
      (one, other) => (androidApiLevel(one) ?? Number.NaN) - (androidApiLevel(other) ?? Number.NaN),
    );
  });

  test('security patch levels against minimum 2026-09-05', () => {
    const { pass, fail, unknown } = read()['spl_min_2026-09-05'];
    const minimum = '2026-09-05';
    expect(pass.filter((each) => !((parsePatchLevel(each) ?? '') >= minimum))).toEqual([]);
    expect(fail.filter((each) => !((parsePatchLevel(each) ?? '9') < minimum))).toEqual([]);
    expect(unknown.filter((each) => parsePatchLevel(each) !== null)).toEqual([]);
  });

  test('codes and names of Google Messages tell the same order', () => {
    const { messages_codes, messages_name_order_ascending } = read();
    const order = { lower: -1, equal: 0, higher: 1, unknown: Number.NaN };
    const app = (versionCode: number | null, version: string | null) => ({ id: GOOGLE_MESSAGES, versionCode, version });
    ascending(
      messages_codes,
      ([code], [other]) => order[compareAppVersions(app(Number(code), null), app(Number(other), null))],
    );
    ascending(messages_codes, ([, name], [, other]) => order[compareAppVersions(app(null, name), app(null, other))]);
    ascending(messages_name_order_ascending, (one, other) => {
      const [left, right] = [parseMessagesName(one), parseMessagesName(other)];
      return left === null || right === null ? Number.NaN : compareMessagesNames(left, right);
    });
  });

  test('channels of Google Messages', () => {
    const { production, openbeta, unknown } = read().messages_channel;
    expect([...new Set(production.map(messagesChannel))]).toEqual(['production']);
    expect([...new Set(openbeta.map(messagesChannel))]).toEqual(['openbeta']);
    expect([...new Set(unknown.map(messagesChannel))]).toEqual(['unknown']);
  });

  test('client versions of the configuration exchange name builds of Google Messages', () => {
    for (const [client, name] of read().acs_client_version_to_messages) {
      expect(parseClientVersion(client)).toEqual(parseMessagesName(name));
      expect(parseClientVersion(client)).not.toBeNull();
    }
  });
});
