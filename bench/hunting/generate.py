#!/usr/bin/env python3
"""Writes the rows of the hunting benchmark: generate.py FOLDER PROCESS_ROWS NETWORK_ROWS

DeviceProcessEvents and DeviceNetworkEvents as NDJSON over 30 days, the same for the same numbers: some thousand devices,
programs and accounts, used with the skew that real fleets show (few of them make most events), command lines of which
half are unique, and a needle: about one command line in 400,000 names mimikatz.
"""
import json, os, random, sys
from datetime import datetime, timedelta

folder, process_rows, network_rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
os.makedirs(folder, exist_ok=True)
dice = random.Random(20261128)
begin = datetime(2026, 10, 24)
words = 'update service cache data config agent helper manager worker client report sync index backup monitor policy'.split()


def hexadecimal(digits):
    return '%0*x' % (digits, dice.getrandbits(4 * digits))


def skewed(count, skew):
    """Numbers below `count`, the small ones more often."""
    return lambda: int(count * dice.random() ** skew)


devices = [(hexadecimal(40), 'wks-%05d.corp.contoso.com' % i) for i in range(2000)]
accounts = [('%s.%d' % (words[i % 16], i), 'S-1-5-21-3623811015-30300820-%d' % i) for i in range(3000)]
programs = []
for i in range(4000):
    name = 'powershell.exe' if i == 5 else 'cmd.exe' if i == 9 else '%s%d.exe' % (words[i % 16], i)
    path = 'C:\\Program Files\\%s %s\\%s' % (words[i * 3 % 16], words[i * 5 % 16], name)
    programs.append((name, path, hexadecimal(40), hexadecimal(64), hexadecimal(32), dice.randrange(20000, 9000000)))
hosts = ['%s%d.example.%s' % (words[i % 16], i, 'com net org io'.split()[i % 4]) for i in range(20000)]
a_device, a_program, an_account, a_host = skewed(2000, 2), skewed(4000, 4), skewed(3000, 2), skewed(20000, 4)


def command_line(program):
    kind = dice.randrange(400000)
    if kind == 0:
        return 'C:\\Temp\\mimikatz.exe "privilege::debug" "sekurlsa::logonpasswords" exit'
    if program[0] == 'powershell.exe' and kind % 160 == 1:
        return 'powershell.exe -NoP -W Hidden -EncodedCommand ' + 'QQBB' * dice.randrange(20, 200)
    if program[0] == 'powershell.exe':
        return 'powershell.exe -NoProfile -File "C:\\Scripts\\%s.ps1" -Id %s' % (dice.choice(words), hexadecimal(32))
    if kind % 2:
        return '"%s" --%s=%s --run-id %s' % (program[1], dice.choice(words), dice.choice(words), hexadecimal(16))
    return '"%s" --%s' % (program[1], dice.choice(words))


def time_of(row, rows):
    return (begin + timedelta(days=30) * ((row + dice.random()) / rows)).isoformat(timespec='microseconds') + 'Z'


with open(os.path.join(folder, 'process.ndjson'), 'w') as out:
    for row in range(process_rows):
        device, program, parent, account = devices[a_device()], programs[a_program()], programs[a_program()], accounts[an_account()]
        time = time_of(row, process_rows)
        json.dump({
            'Timestamp': time, 'DeviceId': device[0], 'DeviceName': device[1], 'ActionType': 'ProcessCreated',
            'FileName': program[0], 'FolderPath': program[1], 'SHA1': program[2], 'SHA256': program[3], 'MD5': program[4],
            'FileSize': program[5], 'ProcessId': 4 * dice.randrange(16384), 'ProcessCommandLine': command_line(program),
            'ProcessIntegrityLevel': dice.choice(('System', 'Medium', 'Medium', 'High')), 'ProcessCreationTime': time,
            'AccountName': account[0], 'AccountSid': account[1], 'LogonId': dice.randrange(100000),
            'InitiatingProcessFileName': parent[0], 'InitiatingProcessSHA256': parent[3],
            'InitiatingProcessCommandLine': '"%s" --%s' % (parent[1], dice.choice(words)), 'ReportId': row,
            'AdditionalFields': '{"Score":%d,"IsRemote":%s}' % (dice.randrange(100), dice.choice(('true', 'false')))
            if dice.randrange(10) == 0 else ''}, out, separators=(',', ':'))
        out.write('\n')
with open(os.path.join(folder, 'network.ndjson'), 'w') as out:
    for row in range(network_rows):
        device, program = devices[a_device()], programs[a_program()]
        json.dump({
            'Timestamp': time_of(row, network_rows), 'DeviceId': device[0], 'DeviceName': device[1],
            'ActionType': 'ConnectionSuccess', 'RemoteIP': '203.0.%d.%d' % (dice.randrange(256), dice.randrange(256)),
            'RemotePort': dice.choice((443, 443, 443, 80, 53, 8443)), 'RemoteUrl': hosts[a_host()],
            'InitiatingProcessFileName': program[0], 'InitiatingProcessId': 4 * dice.randrange(16384),
            'ReportId': row}, out, separators=(',', ':'))
        out.write('\n')
with open(os.path.join(folder, 'meta.json'), 'w') as out:
    json.dump({'process_rows': process_rows, 'network_rows': network_rows, 'hash': programs[1234][3],
               'hashes': [program[3] for program in programs[100:1100]]}, out)
