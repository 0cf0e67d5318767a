"""Alerts in the form of microsoft.graph.security.alert, as an endpoint product sends them: an attack on a device, with
the device, the user, a file, two processes and an address as evidence. Made from a seed; times end at `end`."""
import datetime, hashlib, random, uuid

titles = [('Suspicious PowerShell command line', 'Execution', 'T1059.001', 'medium'),
          ('Credential access by an unusual process', 'CredentialAccess', 'T1003.001', 'high'),
          ('Unexpected scheduled task', 'Persistence', 'T1053.005', 'low'),
          ('Connection to an address with a bad reputation', 'CommandAndControl', 'T1071.001', 'medium'),
          ('Malware was found and blocked', 'Malware', 'T1204.002', 'informational'),
          ('Remote service created', 'LateralMovement', 'T1569.002', 'high'),
          ('Files were encrypted in a short time', 'Impact', 'T1486', 'high'),
          ('A sensitive group was enumerated', 'Discovery', 'T1069.002', 'low')]
programs = ['powershell.exe', 'rundll32.exe', 'cmd.exe', 'wscript.exe', 'svchost.exe', 'winword.exe']
tenant = '0f8fad5b-d9cb-469f-a165-70867728950e'


def text_of(time):
    return time.strftime('%Y-%m-%dT%H:%M:%S.%f') + '0Z'


def file_details(dice, name):
    content = dice.randbytes(16)
    return {'fileName': name, 'filePath': 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0',
            'fileSize': dice.randrange(4096, 1 << 22),
            'filePublisher': 'Microsoft Corporation', 'issuer': 'Microsoft Windows Production PCA 2011',
            'sha1': hashlib.sha1(content).hexdigest(), 'sha256': hashlib.sha256(content).hexdigest(),
            'signer': 'Microsoft Windows'}


def account(dice, user):
    return {'accountName': user, 'azureAdUserId': str(uuid.UUID(int=dice.getrandbits(128))), 'displayName': user.title(),
            'domainName': 'halden', 'userPrincipalName': user + '@halden.example',
            'userSid': 'S-1-5-21-%d-%d-%d-%d' % tuple(dice.randrange(1 << 30) for _ in range(4))}


def process(dice, time, user, name, parent):
    number = dice.randrange(400, 30000)
    return {'detectionStatus': 'detected', 'imageFile': file_details(dice, name),
            'mdeDeviceId': hashlib.sha1(user.encode()).hexdigest(), 'parentProcessCreationDateTime': text_of(time),
            'parentProcessId': number, 'parentProcessImageFile': file_details(dice, parent),
            'processCommandLine': '"%s" -NoProfile -ExecutionPolicy Bypass -EncodedCommand %s' %
                                  (name, dice.randbytes(60).hex()),
            'processCreationDateTime': text_of(time), 'processId': number + 4, 'userAccount': account(dice, user)}


def evidence_of(dice, time, number):
    user, device = 'user%04d' % (number // 4), 'ws-%05d' % (number // 3)
    first, second = dice.sample(programs, 2)
    pieces = [('deviceEvidence', {'azureAdDeviceId': str(uuid.UUID(int=dice.getrandbits(128))),
                                  'defenderAvStatus': 'updated', 'deviceDnsName': device + '.halden.example',
                                  'firstSeenDateTime': text_of(time), 'healthStatus': 'active',
                                  'hostName': device, 'lastExternalIpAddress': '203.0.113.%d' % dice.randrange(256),
                                  'lastIpAddress': '10.%d.%d.%d' % tuple(dice.randrange(256) for _ in range(3)),
                                  'mdeDeviceId': hashlib.sha1(device.encode()).hexdigest(),
                                  'onboardingStatus': 'onboarded', 'osBuild': 22631, 'osPlatform': 'Windows11',
                                  'rbacGroupId': 75, 'rbacGroupName': 'Workstations', 'riskScore': 'high',
                                  'version': '23H2', 'loggedOnUsers': [{'accountName': user, 'domainName': 'halden'}]}),
              ('userEvidence', {'userAccount': account(dice, user)}),
              ('fileEvidence', {'detectionStatus': 'detected', 'fileDetails': file_details(dice, first),
                                'mdeDeviceId': hashlib.sha1(device.encode()).hexdigest()}),
              ('processEvidence', process(dice, time, user, first, second)),
              ('processEvidence', process(dice, time, user, second, 'explorer.exe')),
              ('ipEvidence', {'ipAddress': '198.51.100.%d' % dice.randrange(256), 'countryLetterCode': 'NO'})]
    common = {'createdDateTime': text_of(time), 'verdict': 'suspicious', 'remediationStatus': 'none', 'roles': [],
              'detailedRoles': ['PrimaryDevice'], 'tags': []}
    return [{'@odata.type': '#microsoft.graph.security.' + kind, **common, **members} for kind, members in pieces]


def alert(number, count, end):
    dice = random.Random(number)
    time = end - datetime.timedelta(days=29) * ((count - number) / count)
    title, category, technique, severity = dice.choice(titles)
    status = dice.choices(['new', 'inProgress', 'resolved'], [5, 2, 3])[0]
    return {'providerAlertId': 'da%d_%d' % (dice.getrandbits(62), number), 'status': status, 'severity': severity,
            'classification': 'truePositive' if status == 'resolved' else None,
            'determination': 'malware' if status == 'resolved' else None,
            'serviceSource': 'microsoftDefenderForEndpoint', 'detectionSource': 'microsoftDefenderForEndpoint',
            'detectorId': str(uuid.UUID(int=dice.getrandbits(128))), 'title': title,
            'description': title + '. The behaviour is unusual for this device and its user. Someone may be trying to '
                           'get further into the network, to stay in it, or to take data out of it.',
            'recommendedActions': '1. Look at what ran on the device before and after.\n2. Ask the user what was done.\n'
                                  '3. Isolate the device when the answer does not explain the alert.',
            'category': category, 'mitreTechniques': [technique], 'threatDisplayName': None,
            'productName': 'Microsoft Defender for Endpoint',
            'assignedTo': None if status == 'new' else 'analyst@halden.example',
            'alertWebUrl': 'https://security.example/alerts/da%d?tid=%s' % (number, tenant), 'actorDisplayName': None,
            'createdDateTime': text_of(time), 'lastUpdateDateTime': text_of(time + datetime.timedelta(minutes=7)),
            'firstActivityDateTime': text_of(time - datetime.timedelta(minutes=3)),
            'lastActivityDateTime': text_of(time), 'evidence': evidence_of(dice, time, number)}


def alerts(count, end):
    return [alert(number, count, end) for number in range(count)]
