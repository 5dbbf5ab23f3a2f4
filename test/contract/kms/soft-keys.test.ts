import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openKms } from '../../../kms';
import { rotateSoftKey, setSoftKeyEnabled } from '../../../kms/soft/open-soft-keys';
import { describeKms } from './kms.contract';
import type { KmsSubject } from './kms.contract';

const clock = { now: () => Date.now() };

async function openSoft(): Promise<KmsSubject> {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-keys-'));
  const deps = { clock };
  const kms = await openKms(`softkms:${folder}`, deps);
  return {
    kms,
    reopen: () => openKms(`softkms:${folder}`, deps),
    openAt: (kid) => openKms(`softkms:${folder}?version=${kid.split('/')[1] ?? ''}`, deps),
    rotate: () => rotateSoftKey(folder, deps),
    setEnabled: (kid, enabled) => setSoftKeyEnabled(folder, kid.split('/')[1] ?? '', enabled, deps),
    async close() {
      await kms.close();
      rmSync(folder, { recursive: true });
    },
  };
}

// With a passphrase each opening takes half a second on purpose: test/unit/kms/soft-keys.test.ts looks at what differs.
describeKms('softkms', openSoft);
