import { messagesChannel, parseMessagesName } from '../../device/messages-version';
import type { AppPolicy } from '../schema';
import { problem, warning } from './finding';
import type { PolicyFinding } from './finding';

/** Apps asked for twice, tracks that exclude each other, minimums that cannot be compared. */
export function checkApps(apps: readonly AppPolicy[], path: string): PolicyFinding[] {
  return apps.flatMap((app, at) => [
    ...checkTwin(app, apps.slice(0, at), `${path}[${at}]`),
    ...checkMinimum(app, `${path}[${at}]`),
  ]);
}

function checkTwin(app: AppPolicy, before: readonly AppPolicy[], path: string): PolicyFinding[] {
  const twins = before.filter(
    (other) => other.id === app.id && other.platform === app.platform && shareModes(app.modes, other.modes),
  );
  return twins.map((twin) =>
    app.track !== 'any' && twin.track !== 'any' && app.track !== twin.track
      ? problem(
          path,
          `${app.id} is asked to be of track "${twin.track}" and of track "${app.track}": no phone can pass`,
        )
      : warning(path, `${app.id} is listed twice for the same phones`),
  );
}

function shareModes(one: AppPolicy['modes'], other: AppPolicy['modes']): boolean {
  return one === undefined || other === undefined || one.some((mode) => other.includes(mode));
}

function checkMinimum({ minimum, evidence, track }: AppPolicy, path: string): PolicyFinding[] {
  if (minimum === undefined) return [];
  const { versionCode, versionName } = minimum;
  const findings: PolicyFinding[] = [];
  if (evidence === undefined) {
    findings.push(warning(`${path}.evidence`, 'say where the minimum comes from: no vendor publishes one'));
  }
  if (versionCode !== undefined && versionCode % 1000 !== 0) {
    findings.push(
      warning(
        `${path}.minimum.versionCode`,
        `the last three digits tell the variant, not the release, and are ignored: write ${Math.floor(versionCode / 1000)}000`,
      ),
    );
  }
  if (versionName !== undefined) {
    const channel = messagesChannel(versionName);
    if (parseMessagesName(versionName) === null) {
      findings.push(
        warning(
          `${path}.minimum.versionName`,
          `"${versionName}" has no order that is known: other versions are unknown`,
        ),
      );
    } else if (track !== 'any' && channel !== 'unknown' && channel !== track) {
      findings.push(
        problem(`${path}.minimum.versionName`, `is a build of track "${channel}", and the track is "${track}"`),
      );
    }
  }
  return findings;
}
