import { inject } from 'vitest';
import {
  call,
  localServices,
  localTitle,
  noLocalServices,
  pythonService,
  SHAPE,
} from '../support/local-services.ts';
import { platformContract } from './platform.ts';
import type { PlatformUnderTest } from './platform.ts';

async function open(): Promise<PlatformUnderTest> {
  const services = await localServices(inject('command'));
  const one = await services.build(pythonService('one'));
  const two = await services.build(pythonService('two'));
  return {
    ...{ platform: services.platform, place: services.place, shape: SHAPE, artifacts: { one, two }, call },
    failing: {
      crashAtImport: await services.build(pythonService('three', 'import not_installed_anywhere')),
      crash: await services.build(pythonService('four', 'sys.exit(3)')),
      wrongPort: await services.build(pythonService('five', 'os.environ["PORT"] = "9191"')),
    },
    close: services.close,
  };
}

platformContract(localTitle('local'), noLocalServices === null ? open : null);
