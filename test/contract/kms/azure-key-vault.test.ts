import { describeKms } from './kms.contract';
import { openVault } from './vault-subject';

describeKms('azurekms on the simulator, HTTP', () => openVault());
describeKms('azurekms on the simulator, TLS', () => openVault(true));
