import { CHANNEL } from './driver-channel.ts';
import { COVERAGE } from './driver-coverage.ts';
import { PYTEST } from './driver-pytest.ts';
import { UNITTEST } from './driver-unittest.ts';

const START = String.raw`
def main(config):
    import faulthandler, signal
    # Its program came over standard input; the tests have none.
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.path[0] = os.getcwd()
    # Asked for shortly before the time is over: where it hangs.
    faulthandler.register(signal.SIGRTMAX - 1, file=os.fdopen(os.dup(2), "w"))
    channel = Channel(config)
    watch = Watch(channel, config["site_packages"])
    run = run_unittest if config["runner"] == "unittest" else run_pytest
    status = run(config, channel, watch)
    sys.stdout.flush()
    return int(status)

sys.exit(main(config))
`;

/** The program that runs the tests and reports on them; `config` is set before it. */
export const TEST_PROGRAM = [CHANNEL, COVERAGE, PYTEST, UNITTEST, START].join('\n');
