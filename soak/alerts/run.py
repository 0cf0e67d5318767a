#!/usr/bin/env python3
"""Pushes alerts at a steady rate and watches how soon they are there, and what they cost in memory.

usage: run.py BUILD_FOLDER [--rate 1000] [--seconds 600] [--attack 50] [--work FOLDER] [--no-times] [--out FILE.json]

RATE alerts a second come for SECONDS, ten pushes a second, whether those before are answered or not. They belong to
attacks of ATTACK alerts each, a hundred at a time, which share a host, an account and an address. A push that is refused
for now (429) is sent again. One alert of each push is watched: it is visible when it is listed with its incident. 99 in
100 must be within a second of their push; resident memory at the end is at most 1.2 times that after a fifth of the
time; all alerts must be there, each attack as one incident.
"""
import concurrent.futures, datetime, hashlib, json, os, platform, shutil, statistics, sys, threading, time, urllib.parse

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, '..'))
from server import Refused, Server  # noqa: E402
from soak import options_of, tell  # noqa: E402

parser = options_of(__doc__)
parser.add_argument('--rate', type=int, default=1000)
parser.add_argument('--seconds', type=int, default=600)
parser.add_argument('--attack', type=int, default=50)
options = parser.parse_args()
pushes_per_second, attacks_at_once = 10, 100
visible_within_s, growth_max, watched_for_s = 1.0, 1.2, 60
alerts_path, incidents_path = '/v1.0/security/alerts_v2', '/v1.0/security/incidents'
rules = ['Shell in container', 'Read of a sensitive file', 'Unexpected outbound connection', 'New privileged container']


def attack_of(alert):
    """A hundred attacks go on at a time, one alert of each in turn."""
    return alert // (attacks_at_once * options.attack) * attacks_at_once + alert % attacks_at_once


def alert_of(number, begun):
    """As Falco reports it, and its id at the provider."""
    attack = attack_of(number)
    when = begun + number * 1_000_000_000 // options.rate
    seconds = datetime.datetime.fromtimestamp(when // 1_000_000_000, datetime.timezone.utc)
    at = seconds.strftime('%Y-%m-%dT%H:%M:%S') + '.%09dZ' % (when % 1_000_000_000)
    host, rule = 'node-%d.cluster.example' % attack, rules[number % len(rules)]
    address = '203.%d.%d.%d' % (attack >> 16 & 255, attack >> 8 & 255, attack & 255)
    record = {'hostname': host, 'rule': rule, 'priority': 'Warning', 'source': 'syscall', 'time': at,
              'output': '%s on %s by a process of user%d' % (rule, host, attack), 'tags': ['T1059.004', 'mitre_execution'],
              'output_fields': {'container.id': 'c%d' % attack, 'container.name': 'shop', 'proc.name': 'sh',
                                'proc.exepath': '/usr/bin/sh', 'proc.pid': number % 30_000, 'proc.pname': 'nginx',
                                'proc.cmdline': 'sh -c step --number %d' % number, 'user.name': 'user%d' % attack,
                                'fd.name': '10.0.0.9:40000->%s:443' % address, 'fd.rip': address}}
    return record, hashlib.sha256(('%s\n%s\n%s' % (at, rule, host)).encode()).hexdigest()


class Watch:
    """Pushes in time, and how long the last alert of each took to be visible."""

    def __init__(self, server):
        self.server, self.local, self.lock = server, threading.local(), threading.Lock()
        self.errors, self.seconds, self.answered, self.taken, self.refused = [], [], [], 0, 0

    def client(self):
        if not hasattr(self.local, 'client'):
            self.local.client = self.server.client()
        return self.local.client

    def push(self, body, watched):
        begun = time.monotonic()
        try:
            taken = self.send(body, begun)
            answered = time.monotonic() - begun
            visible = self.wait_for(watched, begun)
        except Exception as problem:
            with self.lock:
                self.errors.append(str(problem))
            return
        with self.lock:
            self.taken += taken
            self.answered.append(answered)
            self.seconds.append((begun, visible))

    def send(self, body, begun):
        while True:
            try:
                return self.client().push('falco', body)
            except Refused as refusal:
                if refusal.status != 429 or time.monotonic() - begun > watched_for_s:
                    raise
            with self.lock:
                self.refused += 1
            time.sleep(0.1)

    def wait_for(self, watched, begun):
        path = alerts_path + '?$select=incidentId&$filter=' + urllib.parse.quote("providerAlertId eq '%s'" % watched)
        pause_s = 0.05
        while time.monotonic() - begun < watched_for_s:
            found = json.loads(self.client().get(path))['value']
            if found and found[0]['incidentId']:
                return time.monotonic() - begun
            time.sleep(pause_s)
            pause_s = min(0.5, 1.5 * pause_s)  # so that a server that is late is not asked more and more
        raise RuntimeError('alert %s is not there after %d s' % (watched, watched_for_s))


def at_percent(seconds, percent):
    """In milliseconds."""
    return round(sorted(seconds)[len(seconds) * percent // 100] * 1e3)


def by_minute(seconds):
    """The times of those that began in each minute."""
    minutes, first = {}, min(begun for begun, _ in seconds)
    for begun, took in seconds:
        minutes.setdefault(int(begun - first) // 60, []).append(took)
    return [minutes[minute] for minute in sorted(minutes)]


def settled(memory, at):
    """Resident memory around that second: a push or a merge of segments at work takes some for a moment."""
    return statistics.median(memory[max(0, at - 10):at + 10])


def count(server, path):
    return int(server.client().get(path + '/$count').lstrip(b'\xef\xbb\xbf'))


def push_all(server, watch):
    """Resident memory, each second."""
    each = options.rate // pushes_per_second
    begun_ns, begun, memory = time.time_ns(), time.monotonic(), []
    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        for push in range(options.seconds * pushes_per_second):
            alerts = [alert_of(push * each + i, begun_ns) for i in range(each)]
            body = '\n'.join(json.dumps(record) for record, _ in alerts)
            time.sleep(max(0, begun + push / pushes_per_second - time.monotonic()))
            pool.submit(watch.push, body, alerts[-1][1])
            if push % pushes_per_second == 0:
                memory.append(server.resident_bytes())
                if sys.stderr.isatty():
                    print('\r%4d of %d s, %d MB' % (push // pushes_per_second, options.seconds, memory[-1] >> 20),
                          end='', file=sys.stderr)
    return memory


def main():
    data = os.path.join(options.work, 'alerts-data')
    shutil.rmtree(data, ignore_errors=True)
    os.makedirs(options.work, exist_ok=True)
    server = Server(os.path.join(options.build, 'vedette'), data, os.path.join(options.work, 'alerts.log'))
    alerts_before, incidents_before = count(server, alerts_path), count(server, incidents_path)
    cpu_before = server.cpu_seconds()
    watch = Watch(server)
    memory = push_all(server, watch)
    if not watch.seconds:
        sys.exit('no alert came: ' + '\n'.join(watch.errors[:3]))
    times = [took for _, took in watch.seconds]
    first, last = settled(memory, len(memory) // 5), settled(memory, len(memory))
    sent = options.rate // pushes_per_second * options.seconds * pushes_per_second
    attacks = len({attack_of(i) for i in range(sent)})
    result = {'soak': 'alerts', 'machine': platform.machine(), 'cores': os.cpu_count(), 'rate': options.rate,
              'seconds': options.seconds, 'alerts': sent, 'taken': watch.taken,
              'found': count(server, alerts_path) - alerts_before, 'attacks': attacks,
              'incidents': count(server, incidents_path) - incidents_before, 'errors': len(watch.errors),
              'refusedForNow': watch.refused,
              'cpuUsPerAlert': round((server.cpu_seconds() - cpu_before) / max(1, watch.taken) * 1e6),
              'visibleMedianMs': at_percent(times, 50),
              'visibleP99Ms': at_percent(times, 99), 'answeredP99Ms': at_percent(watch.answered, 99),
              'visibleP99MsByMinute': [at_percent(minute, 99) for minute in by_minute(watch.seconds)],
              'residentMbAfterAFifth': round(first / 2 ** 20), 'residentMb': round(last / 2 ** 20),
              'growth': round(last / first, 3)}
    server.stop()
    tell(result, options.out)
    problems = watch.errors[:3]
    if not result['taken'] == result['found'] == sent:
        problems.append('alerts were lost, or are there twice')
    if result['incidents'] != attacks:
        problems.append('%d incidents for %d attacks' % (result['incidents'], attacks))
    if not options.no_times and result['visibleP99Ms'] > visible_within_s * 1e3:
        problems.append('alerts take %d ms to be visible' % result['visibleP99Ms'])
    if not options.no_times and result['growth'] > growth_max:
        problems.append('memory grows to %.2f times what it was' % result['growth'])
    if problems:
        sys.exit('\n'.join(problems))


main()
