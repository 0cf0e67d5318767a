#!/usr/bin/env python3
"""Hunts through the API while records come in through it.

usage: run.py BUILD_FOLDER [--rows 400000] [--hunters 32] [--seconds 30] [--pushers 2] [--work FOLDER] [--no-times]
              [--out FILE.json]

A server has ROWS stored rows. Records are pushed for SECONDS, alone; then HUNTERS clients hunt for SECONDS while records
are pushed as before. Before and after that the hunts run one after the other, with nothing beside them: rows grow
meanwhile, so the time alone is the mean of the two medians. No request may fail, of the hunts 99 in 100 must end within
five times their fair share of the processors (hunters / cores x the time alone), and records must come in at half their
rate alone at least. What was acknowledged is counted in the end.
"""
import itertools, json, os, platform, shutil, statistics, subprocess, sys, threading, time

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, '..'))
from server import Server  # noqa: E402
from soak import options_of, tell  # noqa: E402

parser = options_of(__doc__)
parser.add_argument('--rows', type=int, default=400_000)
parser.add_argument('--hunters', type=int, default=32)
parser.add_argument('--seconds', type=float, default=30)
parser.add_argument('--pushers', type=int, default=2)
options = parser.parse_args()
vedette = os.path.join(options.build, 'vedette')
data = os.path.join(options.work, 'load-data')
records_of_push = 2_000
fair_share_max, ingest_share_min = 5, 0.5
hunts = [
    'DeviceProcessEvents | where ProcessCommandLine has "mimikatz" | project Timestamp, DeviceName | take 100',
    'DeviceProcessEvents | summarize count() by bin(Timestamp, 1d)',
    'DeviceProcessEvents | summarize count() by DeviceName | top 10 by count_',
    'DeviceProcessEvents | summarize d = dcount(DeviceId) by FileName | top 20 by d',
    'DeviceProcessEvents | where ProcessCommandLine contains "encodedcommand" | count',
    'DeviceProcessEvents | top 20 by Timestamp desc | project Timestamp, FileName',
    'DeviceProcessEvents | where FileName =~ "powershell.exe" | join kind=inner (DeviceNetworkEvents | where '
    'RemotePort == 443) on DeviceId, $left.ProcessId == $right.InitiatingProcessId | count']


def start():
    return Server(vedette, data, os.path.join(options.work, 'load.log'), '--now', '2026-11-23T00:00:00Z')


def body_of(number):
    """Records of processes that began."""
    return '\n'.join(json.dumps({
        '@timestamp': '2026-11-22T%02d:%02d:%02dZ' % (i // 3600 % 24, i // 60 % 60, i % 60),
        'Channel': 'Microsoft-Windows-Sysmon/Operational', 'EventID': 1, 'Hostname': 'pushed-%d.example.org' % (i % 500),
        'RecordNumber': number * records_of_push + i, 'ProcessGuid': '{%d-%d}' % (number, i), 'ProcessId': str(i * 4),
        'Image': 'C:\\Windows\\System32\\cmd.exe', 'CommandLine': 'cmd /c run --id %d.%d' % (number, i),
        'User': 'EXAMPLE\\user%d' % (i % 300), 'IntegrityLevel': 'High',
        'Hashes': 'SHA1=%040X,MD5=%032X,SHA256=%064X' % (i % 700, i % 700, i % 700),
        'ParentImage': 'C:\\Windows\\explorer.exe', 'ParentProcessId': '4000', 'ParentCommandLine': 'explorer.exe',
        'LogonId': '0x3e7'}) for i in range(records_of_push))


class Pushes:
    """Pushers that go on until they are stopped; what was acknowledged."""

    def __init__(self, server, bodies):
        self.mapped, self.errors, self.ending, self.begun = 0, [], False, time.monotonic()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.run, args=(server.client(), bodies))
                        for _ in range(options.pushers)]
        for thread in self.threads:
            thread.start()

    def run(self, client, bodies):
        while not self.ending:
            try:
                mapped = client.push('windows', next(bodies))
            except Exception as problem:
                self.errors.append('push: %s' % problem)
                return
            with self.lock:
                self.mapped += mapped

    def rate(self):
        """Ends them; records a second."""
        self.ending = True
        for thread in self.threads:
            thread.join()
        return self.mapped / (time.monotonic() - self.begun)


def hunt_alone(server):
    """The median time."""
    client, times = server.client(), []
    for query in hunts:
        client.hunt(query)  # warms up
    for _ in range(7):
        for query in hunts:
            begun = time.monotonic()
            client.hunt(query)
            times.append(time.monotonic() - begun)
    return statistics.median(times)


def hunt_together(server, errors):
    times, end = [], time.monotonic() + options.seconds

    def run(number):
        client = server.client()
        for query in itertools.islice(itertools.cycle(hunts), number % len(hunts), None):
            if time.monotonic() > end:
                return
            begun = time.monotonic()
            try:
                client.hunt(query)
            except Exception as problem:
                errors.append('hunt: %s' % problem)
                return
            times.append(time.monotonic() - begun)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(options.hunters)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def prepare():
    shutil.rmtree(data, ignore_errors=True)
    os.makedirs(options.work, exist_ok=True)
    rows = os.path.join(options.work, 'load-rows-%d' % options.rows)
    if not os.path.exists(os.path.join(rows, 'meta.json')):
        generator = os.path.join(here, '..', '..', 'bench', 'hunting', 'generate.py')
        subprocess.run([sys.executable, generator, rows, str(options.rows), str(options.rows // 2)], check=True)
    server = start()  # makes the tenant
    server.stop()
    for table, name in (('DeviceProcessEvents', 'process'), ('DeviceNetworkEvents', 'network')):
        subprocess.run([vedette, 'ingest', '--data', data, '--tenant', server.tenant, '--table', table,
                        os.path.join(rows, name + '.ndjson')], check=True, stdout=subprocess.DEVNULL)


def pushed_rows(server):
    text = server.client().hunt('DeviceProcessEvents | where DeviceName startswith "pushed-" | count')
    return json.loads(text)['results'][0]['Count']


class Bodies:
    """What is pushed, over and over. Made before: the clients are to need little of the processors."""

    def __init__(self):
        self.lock, self.numbers, self.made = threading.Lock(), itertools.count(), [body_of(i) for i in range(40)]

    def __next__(self):
        with self.lock:
            return self.made[next(self.numbers) % len(self.made)]


def measure(server):
    bodies = Bodies()
    pushes = Pushes(server, bodies)
    time.sleep(options.seconds)
    rate_alone, acknowledged = pushes.rate(), pushes.mapped
    errors = pushes.errors
    alone = [hunt_alone(server)]
    pushes = Pushes(server, bodies)
    times = hunt_together(server, errors)
    rate = pushes.rate()
    errors += pushes.errors
    acknowledged += pushes.mapped
    alone.append(hunt_alone(server))
    times.sort()
    fair = options.hunters / os.cpu_count() * statistics.mean(alone)
    p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
    return errors, {
        'soak': 'load', 'machine': platform.machine(), 'cores': os.cpu_count(), 'rows': options.rows,
        'hunters': options.hunters, 'pushers': options.pushers, 'seconds': options.seconds, 'hunts': len(times),
        'errors': len(errors), 'medianAloneBeforeMs': round(alone[0] * 1e3, 2), 'medianAloneAfterMs': round(alone[1] * 1e3, 2), 'medianMs': round(statistics.median(times) * 1e3, 1),
        'p99Ms': round(p99 * 1e3, 1), 'p99OverFairShare': round(p99 / fair, 3), 'recordsPerSecondAlone': round(rate_alone),
        'recordsPerSecond': round(rate), 'ingestShare': round(rate / rate_alone, 3), 'acknowledged': acknowledged,
        'found': pushed_rows(server)}


def main():
    prepare()
    server = start()
    errors, result = measure(server)
    server.stop()
    server = start()
    result['foundAfterRestart'] = pushed_rows(server)
    server.stop()
    tell(result, options.out)
    problems = errors[:3]
    if not options.no_times and result['p99OverFairShare'] > fair_share_max:
        problems.append('hunts take %.1f times their fair share' % result['p99OverFairShare'])
    if not options.no_times and result['ingestShare'] < ingest_share_min:
        problems.append('records come in at %.2f of their rate alone' % result['ingestShare'])
    if not result['acknowledged'] == result['found'] == result['foundAfterRestart']:
        problems.append('rows were lost, or are there twice')
    if problems:
        sys.exit('\n'.join(problems))


main()
